package dev.lethe.model;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.Dropout;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.Pause;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Builder of the operations of one plan: the forward pass node by node, the backward pass in the opposite order. */
final class PlanBuilder {
    private final Graph graph;
    private final DType activations;
    private final String plan;
    private final int batch;
    private final boolean training;
    private final InputPipeline pipeline;
    private final List<Op> ops = new ArrayList<>();
    private final Tensor[] values;
    private final Map<Integer, List<Tensor>> gradients = new HashMap<>(); // parts of each value's gradient
    private final Set<Tensor> sharedGradients = new HashSet<>(); // which stand for more than one value's
    private final Map<Node, BatchNormOp.Forward> norms = new HashMap<>();

    /**
     * Begins a plan without operations.
     *
     * @param graph network to compute
     * @param activations type of activations and their gradients
     * @param plan name of the plan, with which the names of its activations begin
     * @param batch number of examples of a run
     * @param training whether statistics are the batch's, elements are dropped, and a backward pass follows
     * @param pipeline tensors that batches are drawn from and predictions are written to
     */
    PlanBuilder(Graph graph, DType activations, String plan, int batch, boolean training, InputPipeline pipeline) {
        this.graph = graph;
        this.activations = activations;
        values = new Tensor[graph.values()];
        this.plan = plan;
        this.batch = batch;
        this.training = training;
        this.pipeline = pipeline;
    }

    /** Returns the operations so far, to which more may be added. */
    List<Op> ops() {
        return ops;
    }

    /** Returns the logits, after {@link #forward}. */
    Tensor logits() {
        return values[graph.logits()];
    }

    /**
     * Adds a copy of the inputs of the linear layer that yields the logits, and returns it: when a plan has run, an
     * activation that one of its operations reads has lost its memory.
     */
    Tensor features() {
        Node classifier = graph.nodes().reversed().stream().filter(Node.Linear.class::isInstance).findFirst()
                .orElseThrow(); // every network ends with one
        Tensor inputs = values[classifier.input()];
        Tensor copy = new Tensor(plan + ".features", Role.ACTIVATION, DType.F32, inputs.shape());
        ops.add(new PointwiseOp.Scale(inputs, 1, copy));
        return copy;
    }

    private Tensor activation(String name, Shape shape) {
        return new Tensor(plan + "." + name, Role.ACTIVATION, activations, shape.withFirst(batch));
    }

    /** Makes logits, also scaled ones, floats: bfloat16s would tie logits that differ. */
    private void widenLogits() {
        for (Node node : graph.nodes().reversed()) {
            boolean wide = switch (node) {
                case Node.Linear linear -> linear.activation() == Activation.IDENTITY;
                case Node.GlobalAveragePool _,Node.Scale _ -> true;
                default -> false;
            };
            if (wide) {
                values[node.output()] = new Tensor(values[node.output()].name(), Role.ACTIVATION, DType.F32,
                        values[node.output()].shape());
            }
            if (!(node instanceof Node.Scale)) {
                break;
            }
        }
    }

    void forward() {
        for (int i = 0; i < values.length; i++) {
            values[i] = activation(i == 0 ? "input" : "value" + i, graph.shape(i));
        }
        widenLogits();
        ops.add(new GatherImages(pipeline.images(), pipeline.order(), pipeline.normalization(), pipeline.views(),
                values[0]));
        for (Node node : graph.nodes()) {
            boolean drops = node instanceof Node.Drop;
            if (drops && (!training || ((Node.Drop) node).inPlace())) {
                values[node.output()] = values[node.input()];
            }
            if (training || !drops) {
                ops.add(forward(node));
            }
        }
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
            case Node.GlobalAveragePool _ -> new PoolOp.GlobalAverageForward(from, to);
            case Node.Linear l -> new LinearOp.Forward(from, l.weight().tensor(), l.bias().map(Parameter::tensor),
                    l.activation(), to);
            case Node.AveragePool pool -> new PoolOp.AverageForward(pool.spec(), from, to);
            case Node.Relu _ -> new PointwiseOp.ReluForward(from, to);
            case Node.Gelu _ -> new PointwiseOp.GeluForward(from, to);
            case Node.Drop drop -> drop(drop, from, to);
            case Node.Scale scale -> new PointwiseOp.Scale(from, scale.factor(), to);
        };
    }

    /** Replaces the network's logits by others. */
    void replaceLogits(Tensor others) {
        values[graph.logits()] = others;
    }

    /**
     * Adds the mean of logits and returns it.
     *
     * @param logits logits of the same shape, whose number is a power of two
     */
    Tensor mean(List<Tensor> logits) {
        if (Integer.bitCount(logits.size()) != 1) {
            throw new IllegalArgumentException(
                    logits.size() + " views have no mean of pairs: a power of two is needed");
        }
        if (logits.size() == 1) {
            return logits.getFirst();
        }
        int half = logits.size() / 2;
        Tensor first = mean(logits.subList(0, half));
        Tensor second = mean(logits.subList(half, logits.size()));
        Tensor mean = new Tensor(plan + ".mean" + ops.size(), Role.ACTIVATION, first.dtype(), first.shape());
        ops.add(new PointwiseOp.Mean(first, second, mean));
        return mean;
    }

    /** Makes the dropout of a value, or of its gradient. */
    private Op drop(Node.Drop node, Tensor from, Tensor to) {
        InputPipeline.Draws draws = pipeline.draws().orElseThrow(
                () -> new IllegalArgumentException("plan " + plan + " has dropout: its pipeline needs a seed"));
        return new PointwiseOp.Drop(new Dropout(node.probability(), draws.seed(), node.number()), pipeline.order(),
                draws.epoch(), from, to);
    }

    void loss(float labelSmoothing, int meanOver) {
        Tensor logits = logits();
        Optional<Tensor> gradient = training ? Optional.of(newGradient(graph.logits())) : Optional.empty();
        ops.add(new SoftmaxCrossEntropy(logits, pipeline.labels(), pipeline.order(), pipeline.predictions(),
                labelSmoothing,
                meanOver, gradient, pipeline.tables(), pipeline.weights().filter(_ -> training)));
    }

    /**
     * Adds what a loss of the caller's needs: predictions, a copy of the logits to read, and a pause after which the
     * gradient is there, which no operation writes.
     *
     * @param meanOver number of examples that the caller takes the mean over
     */
    NetworkOps.OwnLoss ownLoss(int meanOver) {
        Tensor logits = logits();
        ops.add(new SoftmaxCrossEntropy(logits, pipeline.labels(), pipeline.order(), pipeline.predictions(), 0,
                Optional.empty()));
        Tensor copy = new Tensor(plan + ".logits", Role.ACTIVATION, DType.F32, logits.shape());
        ops.add(new PointwiseOp.Scale(logits, 1, copy)); // as the logits have lost their memory when the plan pauses
        ops.add(new Pause(plan + "-backward"));
        return new NetworkOps.OwnLoss(copy, newGradient(graph.logits()), meanOver);
    }

    /** Adds a part to a value's gradient. */
    private Tensor newGradient(int value) {
        List<Tensor> parts = gradients.computeIfAbsent(value, _ -> new ArrayList<>());
        Tensor gradient = activation("gradient" + value + (parts.isEmpty() ? "" : "." + parts.size()),
                graph.shape(value));
        parts.add(gradient);
        return gradient;
    }

    /** Adds a part to the gradient of a node's input, if that gradient is needed. */
    private Optional<Tensor> inputGradient(Node node) {
        return graph.needsGradient(node.input()) ? Optional.of(newGradient(node.input())) : Optional.empty();
    }

    /** Makes a tensor also a part of this value's gradient. */
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
                inputGradient(node).ifPresent(dx -> ops.add(new PoolOp.AverageBackward(pool.spec(), gradient, dx)));
            }
            case Node.Gelu _ -> {
                Tensor gradient = gradient(node);
                inputGradient(node).ifPresent(dx -> ops.add(new PointwiseOp.GeluBackward(from, gradient, dx)));
            }
            case Node.Drop drop -> backward(drop);
            case Node.Scale scale -> {
                Tensor gradient = gradient(node);
                inputGradient(node).ifPresent(dx -> ops.add(new PointwiseOp.Scale(gradient, scale.factor(), dx)));
            }
            case Node.Relu _ -> {
                Tensor gradient = gradient(node);
                inputGradient(node).ifPresent(dx -> ops.add(new PointwiseOp.ReluBackward(to, gradient, dx)));
            }
        }
    }

    /**
     * Adds the backward pass of a normalisation, which also sums up two parts of its output's gradient and yields the
     * gradient of an added residual.
     */
    private void backward(Node.BatchNorm node) {
        List<Tensor> parts = parts(node);
        if (parts.size() > 2) {
            parts = List.of(gradient(node));
        }
        Tensor inputGradient = graph.needsGradient(node.input())
                ? newGradient(node.input())
                : activation("unused" + node.input(), graph.shape(node.input()));
        Optional<Tensor> residualGradient = node.residual().filter(graph::needsGradient)
                .map(this::newGradient);
        ops.add(new BatchNormOp.Backward(Objects.requireNonNull(norms.get(node), "of the forward pass"), parts,
                inputGradient, residualGradient,
                node.scale().gradient(), node.shift().gradient()));
    }

    /** Returns the parts of the gradient of a node's output, which its readers added before. */
    private List<Tensor> parts(Node node) {
        return Objects.requireNonNull(gradients.get(node.output()), () -> "nothing reads " + node);
    }

    /** Adds the sum of the parts of the gradient of a node's output, and returns it. */
    private Tensor gradient(Node node) {
        List<Tensor> parts = parts(node);
        Tensor sum = parts.getFirst();
        for (int i = 1; i < parts.size(); i++) {
            Tensor more = activation("gradient" + node.output() + ".sum" + i, graph.shape(node.output()));
            ops.add(new PointwiseOp.Add(sum, parts.get(i), more));
            sum = more;
        }
        return sum;
    }

    /**
     * Adds the gradient of a node's output before its activation, and returns it; it is computed in place if no other
     * operation reads it.
     */
    private Tensor through(Activation activation, Node node) {
        Tensor gradient = gradient(node);
        if (activation == Activation.IDENTITY) {
            return gradient;
        }
        Tensor masked = maskedPlace(gradient, node);
        ops.add(new PointwiseOp.ReluBackward(values[node.output()], gradient, masked));
        return masked;
    }

    private Tensor maskedPlace(Tensor gradient, Node node) {
        return sharedGradients.contains(gradient)
                ? activation("gradient" + node.output() + ".masked", graph.shape(node.output()))
                : gradient;
    }

    /** Adds the backward pass of a dropout, in place if no other operation reads the gradient. */
    private void backward(Node.Drop node) {
        if (graph.needsGradient(node.input())) {
            Tensor gradient = gradient(node);
            Tensor masked = maskedPlace(gradient, node);
            ops.add(drop(node, gradient, masked));
            gradients.computeIfAbsent(node.input(), _ -> new ArrayList<>()).add(masked);
        }
    }
}
