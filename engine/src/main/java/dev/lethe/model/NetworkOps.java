package dev.lethe.model;

import dev.lethe.kernels.Activation;
import dev.lethe.kernels.BatchNormOp;
import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.DropoutMask;
import dev.lethe.kernels.GatherImages;
import dev.lethe.kernels.LinearOp;
import dev.lethe.kernels.Op;
import dev.lethe.kernels.OptimizerOp;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.PointwiseOp;
import dev.lethe.kernels.PoolOp;
import dev.lethe.kernels.Optimizer;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.SoftmaxCrossEntropy;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The operations of a network: its forward pass, and its training step by reverse-mode differentiation node by node.
 */
public final class NetworkOps {
    private final Graph graph;
    private final DType activations;

    /** All in F32. */
    public NetworkOps(Network network, Shape input) {
        this(network, input, DType.F32);
    }

    /**
     * Derives all sizes.
     *
     * @param input (1, H, W, C) of an image
     * @param activations type of activations and their gradients; logits are F32, as parameters, their gradients and
     *        statistics always are
     * @throws IllegalArgumentException when a layer does not fit what the layers before it yield
     */
    public NetworkOps(Network network, Shape input, DType activations) {
        graph = new Graph(network, input);
        this.activations = activations;
    }

    /** The parameters that are trained, in the order of the layers, each with its gradient. */
    public List<OptimizerOp.Slot> slots() {
        return graph.parameters().stream().filter(Parameter::trained).map(Parameter::slot).toList();
    }

    /** Parameters and running statistics in the order of the layers: all that a trained network consists of. */
    public List<Tensor> persistent() {
        return List.copyOf(graph.persistent());
    }

    /**
     * Hands over the initial values of everything persistent, one tensor after the other, in its logical layout.
     *
     * @param images of the training set
     */
    public void initialise(long seed, TrainingImages images, BiConsumer<Tensor, float[]> write) {
        initialise(new InitialValues(seed, Optional.of(images)), write);
    }

    /**
     * The same for a network that needs no images for it.
     *
     * @throws IllegalArgumentException when a parameter's initial values come from training images
     */
    public void initialise(long seed, BiConsumer<Tensor, float[]> write) {
        initialise(new InitialValues(seed, Optional.empty()), write);
    }

    private void initialise(InitialValues values, BiConsumer<Tensor, float[]> write) {
        for (int i = 0; i < graph.parameters().size(); i++) {
            Parameter parameter = graph.parameters().get(i);
            write.accept(parameter.tensor(), values.of(parameter, i));
        }
        graph.statistics().forEach(
                (statistic, initial) -> write.accept(statistic, InitialValues.of(statistic.shape(), initial)));
    }

    /** A plan that predicts. */
    public PlanSpec evaluation(String name, int batch, Feed feed) {
        Builder builder = new Builder(name, batch, feed, false);
        builder.forward();
        builder.loss(0);
        return new PlanSpec(name, batch, builder.ops);
    }

    /**
     * A plan that makes one step of training.
     *
     * @param learningRates (steps)
     */
    public PlanSpec training(String name, int batch, Feed feed, Optimizer.Sgd sgd, Tensor learningRates) {
        return training(name, batch, feed, UpdateRule.of(sgd, learningRates), 0);
    }

    /**
     * A plan that makes one step of training.
     *
     * @param labelSmoothing share of the target that is spread evenly over all classes
     */
    public PlanSpec training(String name, int batch, Feed feed, UpdateRule rule, float labelSmoothing) {
        Builder builder = new Builder(name, batch, feed, true);
        builder.forward();
        builder.loss(labelSmoothing);
        builder.backward();
        builder.ops.add(
                new OptimizerOp.Update(rule.optimizer(), slots(), rule.learningRates(), rule.stepsBefore()));
        return new PlanSpec(name, batch, builder.ops);
    }

    /** Collects the operations of one plan. */
    private final class Builder {
        private final String plan;
        private final int batch;
        private final Feed feed;
        private final boolean training;
        private final List<Op> ops = new ArrayList<>();
        private final Tensor[] values = new Tensor[graph.values()];
        private final Map<Integer, List<Tensor>> gradients = new HashMap<>(); // parts of each value's gradient
        private final Set<Tensor> sharedGradients = new HashSet<>(); // which stand for more than one value's
        private final Map<Node, BatchNormOp.Forward> norms = new HashMap<>();

        Builder(String plan, int batch, Feed feed, boolean training) {
            this.plan = plan;
            this.batch = batch;
            this.feed = feed;
            this.training = training;
        }

        private Tensor activation(String name, Shape shape) {
            return new Tensor(plan + "." + name, Role.ACTIVATION, activations, shape.withFirst(batch));
        }

        /** Wide from the linear layer to the logits: bfloat16s would tie logits that differ. */
        private Set<Integer> wideValues() {
            Set<Integer> wide = new HashSet<>();
            for (Node node : graph.nodes().reversed()) {
                wide.add(node.output());
                if (!(node instanceof Node.Scale)) {
                    break;
                }
            }
            return wide;
        }

        private String nameOf(int value) {
            return value == graph.logits() ? "logits" : value == 0 ? "input" : "value" + value;
        }

        /** A dropout changes its input's own memory where it may, and is not there at all in evaluation. */
        private void joinDropouts() {
            for (Node node : graph.nodes()) {
                if (node instanceof Node.Dropout dropout && (dropout.inPlace() || !training)) {
                    values[dropout.output()] = values[dropout.input()];
                }
            }
        }

        private DropoutMask mask(Node.Dropout dropout) {
            Feed.Draws draws = feed.draws().orElseThrow(() -> new IllegalArgumentException(
                    "a network with dropout draws random numbers: its feed needs a seed, Feed.withDraws(seed)"));
            return new DropoutMask(dropout.rate(), draws.seed(), dropout.number(), draws.epoch(), feed.order());
        }

        void forward() {
            Set<Integer> wide = wideValues();
            for (int i = 0; i < values.length; i++) {
                values[i] = new Tensor(plan + "." + nameOf(i), Role.ACTIVATION,
                        wide.contains(i) ? DType.F32 : activations, graph.shape(i).withFirst(batch));
            }
            joinDropouts();
            ops.add(new GatherImages(feed.images(), feed.order(), feed.normalization(), feed.views(), values[0]));
            graph.nodes().stream().filter(node -> training || !(node instanceof Node.Dropout))
                    .forEach(node -> ops.add(forward(node)));
        }

        private Op forward(Node node) {
            Tensor from = values[node.input()];
            Tensor to = values[node.output()];
            return switch (node) {
                case Node.Convolution c -> new ConvolutionOp.Forward(c.spec(), from, c.weight().tensor(),
                        c.bias().map(Parameter::tensor), c.activation(), to);
                case Node.BatchNorm n -> {
                    BatchNormOp.Forward norm = new BatchNormOp.Forward(training ? n.spec() : n.spec().running(), from,
                            n.tensors(), n.residual().map(i -> values[i]), n.activation(), to);
                    norms.put(n, norm);
                    yield norm;
                }
                case Node.Add add -> new PointwiseOp.Add(from, values[add.other()], to);
                case Node.MaxPool pool -> new PoolOp.MaxForward(pool.spec(), from, pool.activation(), to);
                case Node.AveragePool pool -> new PoolOp.AverageForward(pool.spec(), from, to);
                case Node.GlobalAveragePool _ -> new PoolOp.GlobalAverageForward(from, to);
                case Node.Linear l -> new LinearOp.Forward(from, l.weight().tensor(), l.bias().map(Parameter::tensor),
                        l.activation(), to);
                case Node.Relu _ -> new PointwiseOp.ReluForward(from, to);
                case Node.Gelu _ -> new PointwiseOp.GeluForward(from, to);
                case Node.Dropout dropout -> new PointwiseOp.Dropout(mask(dropout), from, to);
                case Node.Scale scale -> new PointwiseOp.Scale(from, scale.factor(), to);
            };
        }

        void loss(float labelSmoothing) {
            Tensor logits = values[graph.logits()];
            Optional<Tensor> gradient = training ? Optional.of(newGradient(graph.logits())) : Optional.empty();
            ops.add(new SoftmaxCrossEntropy(logits, feed.labels(), feed.order(), feed.predictions(), labelSmoothing,
                    gradient));
        }

        /** A new part of a value's gradient. */
        private Tensor newGradient(int value) {
            List<Tensor> parts = gradients.computeIfAbsent(value, _ -> new ArrayList<>());
            Tensor gradient = activation("gradient" + value + (parts.isEmpty() ? "" : "." + parts.size()),
                    graph.shape(value));
            parts.add(gradient);
            return gradient;
        }

        /** The gradient of a node's input, where somebody needs it. */
        private Optional<Tensor> inputGradient(Node node) {
            return graph.needsGradient(node.input()) ? Optional.of(newGradient(node.input())) : Optional.empty();
        }

        /** Says that a tensor is also the gradient of this value. */
        private void passGradient(Tensor gradient, int value) {
            if (graph.needsGradient(value)) {
                gradients.computeIfAbsent(value, _ -> new ArrayList<>()).add(gradient);
                sharedGradients.add(gradient);
            }
        }

        void backward() {
            for (Node node : graph.nodes().reversed()) {
                if (graph.needsGradient(node.output())) {
                    backward(node);
                }
            }
        }

        private void backward(Node node) {
            Tensor from = values[node.input()];
            Tensor to = values[node.output()];
            switch (node) {
                case Node.Convolution c -> {
                    Tensor gradient = through(c.activation(), node);
                    Optional<Tensor> ofBias = c.bias().map(Parameter::gradient);
                    if (c.weight().trained()) {
                        ops.add(new ConvolutionOp.BackwardWeights(c.spec(), from, gradient, c.weight().gradient(),
                                ofBias));
                    } else {
                        ofBias.ifPresent(bias -> ops.add(new ConvolutionOp.BackwardBias(gradient, bias)));
                    }
                    inputGradient(node).ifPresent(dx -> ops
                            .add(new ConvolutionOp.BackwardData(c.spec(), gradient, c.weight().tensor(), dx)));
                }
                case Node.BatchNorm n -> backward(n);
                case Node.Add add -> {
                    Tensor gradient = gradient(node);
                    passGradient(gradient, add.input());
                    passGradient(gradient, add.other());
                }
                case Node.MaxPool pool -> {
                    Tensor gradient = gradient(node);
                    inputGradient(node).ifPresent(dx -> ops
                            .add(new PoolOp.MaxBackward(pool.spec(), from, to, pool.activation(), gradient, dx)));
                }
                case Node.GlobalAveragePool _ -> {
                    Tensor gradient = gradient(node);
                    inputGradient(node).ifPresent(dx -> ops.add(new PoolOp.GlobalAverageBackward(gradient, dx)));
                }
                case Node.Linear l -> {
                    Tensor gradient = through(l.activation(), node);
                    ops.add(new LinearOp.BackwardWeights(from, gradient, l.weight().gradient(),
                            l.bias().map(Parameter::gradient)));
                    inputGradient(node)
                            .ifPresent(dx -> ops.add(new LinearOp.BackwardData(gradient, l.weight().tensor(), dx)));
                }
                case Node.AveragePool pool -> {
                    Tensor gradient = gradient(node);
                    inputGradient(node)
                            .ifPresent(dx -> ops.add(new PoolOp.AverageBackward(pool.spec(), gradient, dx)));
                }
                case Node.Relu _ -> {
                    Tensor gradient = gradient(node);
                    inputGradient(node).ifPresent(dx -> ops.add(new PointwiseOp.ReluBackward(to, gradient, dx)));
                }
                case Node.Gelu _ -> {
                    Tensor gradient = gradient(node);
                    inputGradient(node).ifPresent(dx -> ops.add(new PointwiseOp.GeluBackward(from, gradient, dx)));
                }
                case Node.Dropout dropout -> backward(dropout);
                case Node.Scale scale -> {
                    Tensor gradient = gradient(node);
                    inputGradient(node)
                            .ifPresent(dx -> ops.add(new PointwiseOp.Scale(gradient, scale.factor(), dx)));
                }
            }
        }

        /** Sums up two parts on its way; what was added gets its gradient from the same pass. */
        private void backward(Node.BatchNorm node) {
            List<Tensor> parts = gradients.get(node.output());
            if (parts.size() > 2) {
                parts = List.of(gradient(node));
            }
            Tensor inputGradient = graph.needsGradient(node.input())
                    ? newGradient(node.input())
                    : activation("unused" + node.input(), graph.shape(node.input()));
            Optional<Tensor> residualGradient = node.residual().filter(graph::needsGradient)
                    .map(this::newGradient);
            ops.add(new BatchNormOp.Backward(norms.get(node), parts, inputGradient, residualGradient,
                    node.scale().gradient(), node.shift().gradient()));
        }

        /** In place where nobody else reads the gradient. */
        private void backward(Node.Dropout node) {
            if (graph.needsGradient(node.input())) {
                Tensor gradient = gradient(node);
                Tensor masked = maskedPlace(gradient, node);
                ops.add(new PointwiseOp.Dropout(mask(node), gradient, masked));
                gradients.computeIfAbsent(node.input(), _ -> new ArrayList<>()).add(masked);
            }
        }

        private Tensor maskedPlace(Tensor gradient, Node node) {
            return sharedGradients.contains(gradient)
                    ? activation("gradient" + node.output() + ".masked", graph.shape(node.output()))
                    : gradient;
        }

        /** The gradient of a node's output: the sum of its parts. */
        private Tensor gradient(Node node) {
            List<Tensor> parts = gradients.get(node.output());
            Tensor sum = parts.getFirst();
            for (int i = 1; i < parts.size(); i++) {
                Tensor more = activation("gradient" + node.output() + ".sum" + i, graph.shape(node.output()));
                ops.add(new PointwiseOp.Add(sum, parts.get(i), more));
                sum = more;
            }
            return sum;
        }

        /** The gradient of a node's output before its activation; in place where nobody else reads it. */
        private Tensor through(Activation activation, Node node) {
            Tensor gradient = gradient(node);
            if (activation == Activation.IDENTITY) {
                return gradient;
            }
            Tensor masked = maskedPlace(gradient, node);
            ops.add(new PointwiseOp.ReluBackward(values[node.output()], gradient, masked));
            return masked;
        }
    }
}
