package dev.lethe.model;

import dev.lethe.kernels.Activation;
import dev.lethe.kernels.ConvolutionSpec;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.Op;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.PoolSpec;
import dev.lethe.kernels.SgdSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.Tensor.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operations of a network: its forward pass, and its training step by reverse-mode differentiation layer by layer.
 * A ReLU is joined with the layer before it.
 */
public final class NetworkOps {
    /** A layer on the way from the input to the logits. */
    private sealed interface Node {
        record Convolution(ConvolutionSpec spec, Weights weights, Activation activation) implements Node {}

        record MaxPool(PoolSpec spec, Activation activation) implements Node {}

        record Linear(int outputs, Weights weights, Activation activation) implements Node {}

        record Relu() implements Node {}
    }

    /** A layer's parameters with their gradients and momenta. */
    private record Weights(Op.SgdStep.Slot weight, Op.SgdStep.Slot bias, int fanIn) {
        static Weights of(String layer, Shape shape, int fanIn) {
            return new Weights(slot(layer + ".weight", shape), slot(layer + ".bias", Shape.of(shape.dim(0))), fanIn);
        }

        private static Op.SgdStep.Slot slot(String name, Shape shape) {
            return new Op.SgdStep.Slot(new Tensor(name, Role.PARAMETER, DType.F32, shape),
                    new Tensor(name + ".gradient", Role.GRADIENT, DType.F32, shape),
                    new Tensor(name + ".momentum", Role.STATE, DType.F32, shape), true);
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private final List<Weights> weights = new ArrayList<>();
    private final Shape input; // (1, H, W, C)

    /**
     * Derives all sizes.
     *
     * @param input (1, H, W, C) of an image
     * @throws IllegalArgumentException when a layer does not fit what the layers before it yield
     */
    public NetworkOps(Network network, Shape input) {
        this.input = input;
        Shape shape = input;
        List<Layer> layers = network.layers();
        for (int i = 0; i < layers.size(); i++) {
            boolean relu = i + 1 < layers.size() && layers.get(i + 1) instanceof Layer.Relu;
            Activation activation = relu ? Activation.RELU : Activation.IDENTITY;
            Node node = node(layers.get(i), shape, activation);
            shape = outputShape(node, shape);
            nodes.add(node);
            if (relu && !(node instanceof Node.Relu)) {
                i++; // the ReLU is part of this node
            }
        }
    }

    private Node node(Layer layer, Shape shape, Activation activation) {
        return switch (layer) {
            case Layer.Convolution convolution -> {
                ConvolutionSpec spec = convolution.spec(shape.dim(3));
                int fanIn = spec.inputChannels() / spec.groups() * spec.kernel() * spec.kernel();
                yield new Node.Convolution(spec, add(Weights.of(convolution.name(), spec.weightsShape(), fanIn)),
                        activation);
            }
            case Layer.MaxPool pool -> new Node.MaxPool(pool.spec(), activation);
            case Layer.Linear linear -> {
                int inputs = Math.toIntExact(shape.elementsPerExample());
                Shape matrix = Shape.of(linear.outputs(), inputs);
                yield new Node.Linear(linear.outputs(), add(Weights.of(linear.name(), matrix, inputs)), activation);
            }
            case Layer.Relu _ -> new Node.Relu();
        };
    }

    private Weights add(Weights added) {
        weights.add(added);
        return added;
    }

    private static Shape outputShape(Node node, Shape input) {
        return switch (node) {
            case Node.Convolution convolution -> convolution.spec.outputShape(input);
            case Node.MaxPool pool -> pool.spec.outputShape(input);
            case Node.Linear linear -> Shape.of(input.dim(0), linear.outputs);
            case Node.Relu _ -> input;
        };
    }

    /** The parameters in the order of the layers, each with its gradient and momentum. */
    public List<Op.SgdStep.Slot> slots() {
        return weights.stream().flatMap(w -> List.of(w.weight, w.bias).stream()).toList();
    }

    /** Initial values of all parameters, in their logical layout. */
    public Map<Tensor, float[]> initialValues(long seed) {
        Map<Tensor, float[]> values = new LinkedHashMap<>();
        for (Weights w : weights) {
            for (Op.SgdStep.Slot slot : List.of(w.weight, w.bias)) {
                values.put(slot.parameter(),
                        Initialization.uniform(slot.parameter().shape(), w.fanIn, seed, values.size()));
            }
        }
        return values;
    }

    /** A plan that predicts. */
    public PlanSpec evaluation(String name, int batch, Feed feed) {
        Builder builder = new Builder(name, batch);
        builder.forward(feed);
        builder.loss(feed, false);
        return new PlanSpec(name, batch, builder.ops);
    }

    /**
     * A plan that makes one step of training.
     *
     * @param learningRates (steps)
     */
    public PlanSpec training(String name, int batch, Feed feed, SgdSpec sgd, Tensor learningRates) {
        Builder builder = new Builder(name, batch);
        builder.forward(feed);
        builder.loss(feed, true);
        builder.backward();
        builder.ops.add(new Op.SgdStep(sgd, slots(), learningRates));
        return new PlanSpec(name, batch, builder.ops);
    }

    /** Collects the operations of one plan. */
    private final class Builder {
        private final String plan;
        private final int batch;
        private final List<Op> ops = new ArrayList<>();
        private final List<Tensor> values = new ArrayList<>(); // the input of node i, and the logits at the end
        private Tensor gradient;

        Builder(String plan, int batch) {
            this.plan = plan;
            this.batch = batch;
        }

        private Tensor activation(String name, Shape shape) {
            return new Tensor(plan + "." + name, Role.ACTIVATION, DType.F32, shape.withFirst(batch));
        }

        void forward(Feed feed) {
            Tensor value = activation("input", input);
            ops.add(new Op.GatherImages(feed.images(), feed.order(), feed.normalization(), value));
            values.add(value);
            for (int i = 0; i < nodes.size(); i++) {
                value = activation("value" + i, outputShape(nodes.get(i), value.shape()));
                ops.add(forward(nodes.get(i), values.getLast(), value));
                values.add(value);
            }
        }

        private Op forward(Node node, Tensor from, Tensor to) {
            return switch (node) {
                case Node.Convolution(ConvolutionSpec spec, Weights w, Activation activation) ->
                    new Op.ConvolutionForward(spec, from, w.weight.parameter(), Optional.of(w.bias.parameter()),
                            activation, to);
                case Node.MaxPool(PoolSpec spec, Activation activation) ->
                    new Op.MaxPoolForward(spec, from, activation, to);
                case Node.Linear(int _, Weights w, Activation activation) -> new Op.LinearForward(from,
                        w.weight.parameter(), Optional.of(w.bias.parameter()), activation, to);
                case Node.Relu _ -> new Op.ReluForward(from, to);
            };
        }

        void loss(Feed feed, boolean training) {
            Tensor logits = values.getLast();
            Optional<Tensor> logitsGradient = Optional.of(activation("gradient" + nodes.size(), logits.shape()))
                    .filter(_ -> training);
            gradient = logitsGradient.orElse(null);
            ops.add(new Op.SoftmaxCrossEntropy(logits, feed.labels(), feed.order(), feed.predictions(),
                    logitsGradient));
        }

        /** From the last node to the first that has parameters: nothing before that one needs a gradient. */
        void backward() {
            int first = 0;
            while (nodes.get(first) instanceof Node.MaxPool || nodes.get(first) instanceof Node.Relu) {
                first++;
            }
            for (int i = nodes.size() - 1; i >= first; i--) {
                backward(nodes.get(i), values.get(i), values.get(i + 1),
                        i > first ? Optional.of(activation("gradient" + i, values.get(i).shape())) : Optional.empty());
            }
        }

        private void backward(Node node, Tensor from, Tensor to, Optional<Tensor> inputGradient) {
            switch (node) {
                case Node.Convolution(ConvolutionSpec spec, Weights w, Activation activation) -> {
                    backwardThrough(activation, to);
                    ops.add(new Op.ConvolutionBackwardWeights(spec, from, gradient, w.weight.gradient(),
                            Optional.of(w.bias.gradient())));
                    inputGradient.ifPresent(dx -> ops
                            .add(new Op.ConvolutionBackwardData(spec, gradient, w.weight.parameter(), dx)));
                }
                case Node.MaxPool(PoolSpec spec, Activation activation) -> inputGradient
                        .ifPresent(dx -> ops.add(new Op.MaxPoolBackward(spec, from, to, activation, gradient, dx)));
                case Node.Linear(int _, Weights w, Activation activation) -> {
                    backwardThrough(activation, to);
                    ops.add(new Op.LinearBackwardWeights(from, gradient, w.weight.gradient(),
                            Optional.of(w.bias.gradient())));
                    inputGradient
                            .ifPresent(dx -> ops.add(new Op.LinearBackwardData(gradient, w.weight.parameter(), dx)));
                }
                case Node.Relu _ -> inputGradient.ifPresent(dx -> ops.add(new Op.ReluBackward(to, gradient, dx)));
            }
            gradient = inputGradient.orElse(gradient);
        }

        private void backwardThrough(Activation activation, Tensor output) {
            if (activation == Activation.RELU) {
                ops.add(new Op.ReluBackward(output, gradient, gradient));
            }
        }
    }
}
