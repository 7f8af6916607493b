package dev.lethe.model;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Operations of a network: its forward pass, and its training step by reverse-mode differentiation, node by node. */
public final class NetworkOps {
    private final Graph graph;
    private final DType activations;

    /**
     * Derives all sizes, for activations in F32.
     *
     * @param network network to compute
     * @param input (1, H, W, C) of an image
     */
    public NetworkOps(Network network, Shape input) {
        this(network, input, DType.F32);
    }

    /**
     * Derives all sizes.
     *
     * @param network network to compute
     * @param input (1, H, W, C) of an image
     * @param activations type of activations and their gradients; logits are F32, as parameters, their gradients and
     *        statistics always are
     * @throws IllegalArgumentException when a layer does not fit the output of the layers before it
     */
    public NetworkOps(Network network, Shape input, DType activations) {
        graph = new Graph(network, input);
        this.activations = activations;
    }

    /** Returns the parameters that are trained, in the order of the layers, each with its gradient. */
    public List<OptimizerOp.Slot> slots() {
        return graph.parameters().stream().filter(Parameter::trained).map(Parameter::slot).toList();
    }

    private List<OptimizerOp.Slot> slots(Set<DecayExemption> decayExemptions) {
        Set<Tensor> ofNorms = graph.nodes().stream().flatMap(node -> node instanceof Node.BatchNorm norm
                ? Stream.of(norm.scale().tensor(), norm.shift().tensor())
                : Stream.empty()).collect(Collectors.toSet());
        return slots().stream().map(slot -> {
            boolean exempt = decayExemptions.contains(DecayExemption.NORM) && ofNorms.contains(slot.parameter())
                    || decayExemptions.contains(DecayExemption.BIAS) && slot.parameter().name().endsWith(".bias");
            return exempt
                    ? new OptimizerOp.Slot(slot.parameter(), slot.gradient(), slot.group().undecayed())
                    : slot;
        }).toList();
    }

    /**
     * Returns the parameters and running statistics in the order of the layers: everything that training changes and a
     * test needs.
     */
    public List<Tensor> persistent() {
        return List.copyOf(graph.persistent());
    }

    /**
     * Gives all parameters and running statistics their initial values, one tensor after the other.
     *
     * @param seed seed of the run
     * @param images sample of the training set, asked for only by layers whose initial values depend on it
     * @param receiver receives each tensor with its values, in its logical layout
     */
    public void initialise(long seed, Supplier<ImageSample> images, BiConsumer<Tensor, float[]> receiver) {
        for (int i = 0; i < graph.parameters().size(); i++) {
            Parameter parameter = graph.parameters().get(i);
            receiver.accept(parameter.tensor(), parameter.initialValues(seed, i, images));
        }
        graph.statistics().forEach((statistic, initial) -> receiver.accept(statistic,
                initial.values(Initial.Layout.of(statistic.shape()), seed, 0, images)));
    }

    /** Makes a plan that predicts. */
    public PlanSpec evaluation(String name, int batch, InputPipeline pipeline) {
        return evaluation(name, batch, pipeline, List.of(List.of(Augmentation.NONE)));
    }

    /**
     * Makes a plan that predicts by the mean of the logits of several views of an image.
     *
     * @param name name of the plan
     * @param batch examples of a run
     * @param pipeline pipeline of unchanged images; those of the views are its {@link InputPipeline#viewed}
     * @param views views in groups of the same weight; the number of groups, and of views in each, is a power of two
     */
    public PlanSpec evaluation(String name, int batch, InputPipeline pipeline, List<List<Augmentation>> views) {
        PlanBuilder builder = new PlanBuilder(graph, activations, name, batch, false, pipeline);
        List<Tensor> means = new ArrayList<>();
        for (List<Augmentation> group : views) {
            List<Tensor> logits = new ArrayList<>();
            for (Augmentation view : group) {
                PlanBuilder ofView = new PlanBuilder(graph, activations, name + "." + view, batch, false,
                        pipeline.viewed(view));
                ofView.forward();
                builder.ops().addAll(ofView.ops());
                logits.add(ofView.logits());
            }
            means.add(builder.mean(logits));
        }
        builder.replaceLogits(builder.mean(means));
        builder.loss(0, batch);
        return new PlanSpec(name, batch, builder.ops());
    }

    /**
     * A plan that computes what a network says of images.
     *
     * @param plan plan, which needs neither labels nor a place for predictions
     * @param logits logits, whose values can be read after a run: (batch, classes)
     * @param features inputs of the linear layer that yields the logits, which can be read after a run: (batch, ...)
     */
    public record Prediction(PlanSpec plan, Tensor logits, Tensor features) {}

    /**
     * Makes a plan that computes logits and features alone.
     *
     * @param name name of the plan
     * @param batch images of a run
     * @param pipeline pipeline of the images
     */
    public Prediction prediction(String name, int batch, InputPipeline pipeline) {
        PlanBuilder builder = new PlanBuilder(graph, activations, name, batch, false, pipeline);
        builder.forward();
        Tensor features = builder.features();
        return new Prediction(new PlanSpec(name, batch, builder.ops()), builder.logits(), features);
    }

    /**
     * Makes a plan for one step of training.
     *
     * @param learningRates learning rate of each step: (steps)
     */
    public PlanSpec training(String name, int batch, InputPipeline pipeline, Optimizer.Sgd sgd, Tensor learningRates) {
        return training(name, batch, pipeline, UpdateRule.of(sgd, learningRates), 0);
    }

    /**
     * Makes a plan for one step of training.
     *
     * @param labelSmoothing share of the target that is spread evenly over all classes
     */
    public PlanSpec training(String name, int batch, InputPipeline pipeline, UpdateRule rule, float labelSmoothing) {
        return step(name, batch, batch, new StepRule(pipeline, rule, labelSmoothing, false)).plan();
    }

    /**
     * Parts that all steps of a training have in common.
     *
     * @param pipeline tensors that batches are drawn from
     * @param update rule of the update that ends each step; null to add up gradients for an {@link #accumulated} one
     * @param labelSmoothing share of the target that is spread evenly over all classes
     * @param ownLoss whether the caller computes the loss while the plan pauses
     */
    public record StepRule(InputPipeline pipeline, @Nullable UpdateRule update, float labelSmoothing,
            boolean ownLoss) {}

    /**
     * Tensors that the caller reads and writes while a plan pauses for a loss of its own.
     *
     * @param logits logits to read: (batch, classes), F32
     * @param gradient gradient of the mean loss to write: (batch, classes)
     * @param meanOver number of examples that the mean is over
     */
    public record OwnLoss(Tensor logits, Tensor gradient, int meanOver) {}

    /**
     * A plan that computes gradients.
     *
     * @param plan plan, of two parts if the loss is the caller's
     * @param ownLoss what the caller reads and writes between them; null if the loss is the plan's
     */
    public record Step(PlanSpec plan, @Nullable OwnLoss ownLoss) {}

    /**
     * Makes a plan for one step of training, or for a part of one.
     *
     * @param part number of examples in the part
     * @param batch number of examples in the batch, over which the loss is a mean
     */
    public Step step(String name, int part, int batch, StepRule rule) {
        PlanBuilder builder = new PlanBuilder(graph, activations, name, part, true, rule.pipeline());
        builder.forward();
        OwnLoss ownLoss = null;
        if (rule.ownLoss()) {
            ownLoss = builder.ownLoss(batch);
        } else {
            builder.loss(rule.labelSmoothing(), batch);
        }
        builder.backward();
        UpdateRule update = rule.update();
        if (update == null) {
            builder.ops().add(new OptimizerOp.Accumulate(slots()));
        } else {
            builder.ops().addAll(update(update, slots(update.decayExemptions())));
        }
        return new Step(new PlanSpec(name, part, builder.ops()), ownLoss);
    }

    /**
     * Makes a plan that adds the gradients of one part of a batch to those of the parts before it.
     *
     * @param part number of examples in the part
     * @param batch number of examples in the batch, over which the loss is a mean
     * @param labelSmoothing share of the target that is spread evenly over all classes
     */
    public PlanSpec accumulation(String name, int part, int batch, InputPipeline pipeline, float labelSmoothing) {
        return step(name, part, batch, new StepRule(pipeline, null, labelSmoothing, false)).plan();
    }

    /** Makes a plan that updates by the gradients of all parts of a batch, and clears them for the next batch. */
    public PlanSpec accumulated(String name, UpdateRule rule) {
        List<Op> ops = update(rule, slots(rule.decayExemptions()).stream().map(OptimizerOp.Slot::summed).toList());
        ops.add(new OptimizerOp.Clear(slots()));
        return new PlanSpec(name, 1, ops);
    }

    private List<Op> update(UpdateRule rule, List<OptimizerOp.Slot> slots) {
        List<Op> ops = new ArrayList<>();
        ops.add(new OptimizerOp.Update(rule.optimizer(), rule.clipNorm(), slots, rule.learningRates(),
                rule.stepsBefore()));
        if (rule.averageDecay() > 0) {
            ops.add(new OptimizerOp.Average(rule.averageDecay(), averaged()));
        }
        return ops;
    }

    /** Returns the parameters and running statistics with their moving averages or slow weights, if there are any. */
    public List<OptimizerOp.Averaged> averaged() {
        return persistent().stream().map(OptimizerOp.Averaged::of).toList();
    }

    /**
     * Makes a plan that synchronizes parameters and running statistics with their slow weights, which are those of
     * {@link #averaged}.
     *
     * @param name name of the plan
     * @param shares share of the fast weights in each synchronization: (synchronizations)
     */
    public PlanSpec lookahead(String name, Tensor shares) {
        return new PlanSpec(name, 1, List.of(new OptimizerOp.Lookahead(shares, averaged())));
    }

    /**
     * Makes a plan that swaps the weights with their averages: other plans compute with the averages until it runs
     * again.
     */
    public PlanSpec swap(String name) {
        return new PlanSpec(name, 1, List.of(new OptimizerOp.Swap(averaged())));
    }
}
