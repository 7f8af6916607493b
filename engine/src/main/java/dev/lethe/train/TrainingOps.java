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
    private final boolean separateUpdates;
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
     * @param arithmetic type of activations and algorithms of convolutions
     * @param separateUpdates whether each update is a plan of its own, so that gradients can be seen before it
     */
    TrainingOps(Backend backend, Network network, DataSet data, TrainingConfig config, Arithmetic arithmetic,
            boolean separateUpdates) {
        this.data = data;
        this.config = config;
        this.arithmetic = arithmetic;
        this.separateUpdates = separateUpdates;
        InputPipeline drawn = InputPipeline.of("train", data.train().shape(), data.normalization()).drawn(
                config.augmentation(),
                config.seed());
        pipeline = backend.info().hostMemory()
                ? drawn
                : drawn.recordedIn(ExampleTables.of("train", data.train().examples()));
        learningRates = new Tensor("learningRates", Role.DATA, DType.F32, Shape.of(stepsPerEpoch()));
        activations = arithmetic.activations().orElseGet(
                () -> backend.fastestActivations(new ProgramSpec(plans(networkOps(network, DType.F32)))));
        ops = networkOps(network, activations);
    }

    private NetworkOps networkOps(Network network, DType type) {
        return new NetworkOps(network, data.train().shape().withFirst(1), type);
    }

    private List<PlanSpec> plans(NetworkOps of) {
        UpdateOptions update = config.update();
        UpdateRule rule = UpdateRule.of(config.optimizer(), update.clipNorm(), update.decayExemptions(),
                update.averageDecay(), learningRates, stepsBefore);
        List<PlanSpec> plans = new ArrayList<>(BatchPlans.specs(of, pipeline, rule, config, data.train().examples(),
                separateUpdates));
        plans.addAll(TestPass.specs(of, data, config));
        update.lookahead()
                .ifPresent(lookahead -> plans.add(LookaheadSynchronizations.spec(of, lookahead, stepsPerEpoch())));
        return plans;
    }

    /** Returns the program to compile. */
    ProgramSpec program() {
        return new ProgramSpec(plans(ops), arithmetic.convolutions());
    }

    /** Returns the number of steps of an epoch, the partial last one included. */
    int stepsPerEpoch() {
        return Math.ceilDiv(data.train().examples(), config.batch());
    }

    boolean separateUpdates() {
        return separateUpdates;
    }

    /** Returns the tensors that batches are drawn from and that predictions go to. */
    InputPipeline pipeline() {
        return pipeline;
    }

    /** Returns the table of learning rates: float32 (steps of an epoch). */
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
