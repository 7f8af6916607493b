package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.InputPipeline;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import dev.lethe.model.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Description of the program that trains and tests a network: its plans, and the tensors that steps read and write.
 * Holds no memory.
 */
final class TrainingOps {
    private final DataSet data;
    private final TrainingConfig config;
    private final Arithmetic arithmetic;
    private final EpochSizes sizes;
    private final BatchPlans.Batches batches;
    private final InputPipeline pipeline;
    private final Tensor learningRates;
    private final Tensor stepsBefore = new Tensor("stepsBefore", Role.DATA, DType.S32, Shape.of(1));
    private final DType activations;
    private final NetworkOps ops;

    /**
     * Describes the program.
     *
     * @param backend backend that chooses the type of activations if the arithmetic leaves it open
     * @param network network to train
     * @param data data set to train and test on
     * @param config configuration of the training
     * @param options arithmetic, and what steers the training
     */
    TrainingOps(Backend backend, Network network, DataSet data, TrainingConfig config, TrainerOptions options) {
        this.data = data;
        this.config = config;
        arithmetic = options.arithmetic();
        sizes = new EpochSizes(config, data.train().examples(), options.sampler());
        boolean separateUpdates = config.update().parts() > 1 || options.hook() != UpdateHook.NONE;
        batches = new BatchPlans.Batches(config, sizes, separateUpdates, options.loss() != null);
        pipeline = pipeline(backend.info().hostMemory(), options);
        learningRates = new Tensor("learningRates", Role.DATA, DType.F32, Shape.of(sizes.mostSteps()));
        activations = arithmetic.activations().orElseGet(
                () -> backend.fastestActivations(new ProgramSpec(plans(networkOps(network, DType.F32)))));
        ops = networkOps(network, activations);
    }

    /**
     * Describes what batches are drawn from. A device gathers presentations by example where each example has at most
     * one and the loss is the device's.
     */
    private InputPipeline pipeline(boolean hostMemory, TrainerOptions options) {
        InputPipeline drawn = InputPipeline.of("train", data.train().shape(), data.normalization()).drawn(
                config.augmentation(),
                config.seed());
        if (options.sampler() != null) {
            InputPipeline sampled = drawn.presenting(sizes.mostPresentations());
            return options.loss() == null ? sampled.weighted() : sampled;
        }
        return hostMemory || options.loss() != null
                ? drawn
                : drawn.recordedIn(ExampleTables.of("train", data.train().examples()));
    }

    private NetworkOps networkOps(Network network, DType type) {
        return new NetworkOps(network, data.train().shape().withFirst(1), type);
    }

    private UpdateRule rule() {
        UpdateOptions update = config.update();
        return UpdateRule.of(config.optimizer(), update.clipNorm(), update.decayExemptions(), update.averageDecay(),
                learningRates, stepsBefore);
    }

    private List<PlanSpec> plans(NetworkOps of) {
        List<PlanSpec> plans = new ArrayList<>(BatchPlans.specs(of, pipeline, rule(), batches));
        plans.addAll(TestPass.specs(of, data, config));
        config.update().lookahead()
                .ifPresent(lookahead -> plans.add(LookaheadSynchronizations.spec(of, lookahead, sizes.mostSteps())));
        return plans;
    }

    /** Returns the plans of steps, and of parts of steps. */
    List<NetworkOps.Step> steps() {
        return BatchPlans.steps(ops, pipeline, rule(), batches);
    }

    /** Returns the program to compile. */
    ProgramSpec program() {
        return new ProgramSpec(plans(ops), arithmetic.convolutions());
    }

    EpochSizes sizes() {
        return sizes;
    }

    BatchPlans.Batches batches() {
        return batches;
    }

    /** Returns the tensors that batches are drawn from and that predictions go to. */
    InputPipeline pipeline() {
        return pipeline;
    }

    /** Returns the table of learning rates: float32 (steps of the largest epoch). */
    Tensor learningRates() {
        return learningRates;
    }

    /** Returns the number of steps before the epoch: int32 (1). */
    Tensor stepsBefore() {
        return stepsBefore;
    }

    /** Returns the type of activations. */
    DType activations() {
        return activations;
    }

    NetworkOps network() {
        return ops;
    }

    /** Returns the tensors of the optimizer's state, and of the averages of weights. */
    List<Tensor> optimizerStates() {
        Stream<Tensor> states = ops.slots().stream().flatMap(slot -> slot.states(config.optimizer()).stream());
        Stream<Tensor> averages = config.update().keepsAverages()
                ? ops.averaged().stream().map(OptimizerOp.Averaged::average)
                : Stream.empty();
        return Stream.concat(states, averages).toList();
    }
}
