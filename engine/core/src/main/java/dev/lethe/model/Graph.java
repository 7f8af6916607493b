package dev.lethe.model;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormTensors;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network laid out in the order of computation, with all sizes known. A ReLU is joined with the node before it, and
 * the sum of a residual with the normalisation that ends its main branch.
 */
final class Graph {
    private final List<Node> nodes = new ArrayList<>();
    private final List<Shape> shapes = new ArrayList<>(); // of values, (1, ...)
    private final List<Boolean> trained = new ArrayList<>(); // whether a value depends on a parameter
    private final List<Parameter> parameters = new ArrayList<>();
    private final Map<Tensor, Initial> statistics = new LinkedHashMap<>();
    private final List<Tensor> persistent = new ArrayList<>();
    private int dropouts;
    private final Set<Integer> shared = new HashSet<>(); // values that more than one node reads

    /**
     * Lays out a network and derives all sizes.
     *
     * @param network network to lay out
     * @param input (1, H, W, C) of an image, which is value 0
     */
    Graph(Network network, Shape input) {
        value(input, false);
        lower(network.layers(), 0);
    }

    List<Node> nodes() {
        return nodes;
    }

    /** Returns the index of the value that holds the logits. */
    int logits() {
        return nodes.getLast().output();
    }

    /** Returns the shape of a value: (1, ...). */
    Shape shape(int value) {
        return shapes.get(value);
    }

    int values() {
        return shapes.size();
    }

    /** Tells whether the gradient of the loss with respect to the value is needed. */
    boolean needsGradient(int value) {
        return trained.get(value);
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /** Returns the running statistics with their initial values. */
    Map<Tensor, Initial> statistics() {
        return statistics;
    }

    /** Returns the parameters and running statistics in the order of the layers. */
    List<Tensor> persistent() {
        return persistent;
    }

    private int value(Shape shape, boolean dependsOnParameter) {
        shapes.add(shape);
        trained.add(dependsOnParameter);
        return shapes.size() - 1;
    }

    private int lower(List<Layer> layers, int input) {
        int value = input;
        for (Layer layer : layers) {
            value = lower(layer, value);
        }
        return value;
    }

    private int lower(Layer layer, int input) {
        Shape shape = shapes.get(input);
        return switch (layer) {
            case Layer.Convolution convolution -> convolution(convolution, input);
            case Layer.BatchNorm norm -> batchNorm(norm, input);
            case Layer.Residual residual -> residual(residual, input);
            case Layer.MaxPool pool -> add(new Node.MaxPool(input, next(), pool.spec(), Activation.IDENTITY),
                    pool.spec().outputShape(shape), trained.get(input));
            case Layer.GlobalAveragePool _ -> add(new Node.GlobalAveragePool(input, next()),
                    Shape.of(1, shape.dim(shape.rank() - 1)), trained.get(input));
            case Layer.AveragePool pool -> add(new Node.AveragePool(input, next(), pool.spec()),
                    pool.spec().outputShape(shape), trained.get(input));
            case Layer.Relu _ -> relu(input);
            case Layer.Gelu _ -> add(new Node.Gelu(input, next()), shape, trained.get(input));
            case Layer.Dropout dropout -> dropout(dropout, input);
            case Layer.Scale scale -> add(new Node.Scale(input, next(), scale.factor()), shape, trained.get(input));
            case Layer.Linear linear -> linear(linear, input);
        };
    }

    private int next() {
        return shapes.size();
    }

    private int add(Node node, Shape output, boolean dependsOnParameter) {
        nodes.add(node);
        return value(output, dependsOnParameter);
    }

    private Parameter parameter(String name, Shape shape, Initial initial, double fanIn, double fanOut,
            boolean isTrained) {
        return added(Parameter.of(name, shape, initial, fanIn, fanOut, isTrained));
    }

    private Parameter added(Parameter parameter) {
        parameters.add(parameter);
        persistent.add(parameter.tensor());
        return parameter;
    }

    private int convolution(Layer.Convolution layer, int input) {
        Shape shape = shapes.get(input);
        if (shape.rank() != 4) {
            throw new IllegalArgumentException("layer " + layer.name() + " needs images, not a value of " + shape);
        }
        ConvolutionSpec spec = layer.spec(shape.dim(3));
        double taps = (double) spec.kernel() * spec.kernel() / spec.groups();
        double fanIn = spec.inputChannels() * taps;
        double fanOut = spec.outputChannels() * taps;
        Parameter weight = parameter(layer.name() + ".weight", spec.weightsShape(), layer.initial(), fanIn, fanOut,
                layer.weightsTrained());
        Optional<Parameter> bias = bias(layer.name(), layer.bias(), layer.outputs(), layer.initial().ofBias(), fanIn);
        return add(new Node.Convolution(input, next(), spec, weight, bias, Activation.IDENTITY),
                spec.outputShape(shape), true);
    }

    private Optional<Parameter> bias(String layer, boolean present, int outputs, Initial initial, double fanIn) {
        return present
                ? Optional.of(parameter(layer + ".bias", Shape.of(outputs), initial, fanIn, 1, true))
                : Optional.empty();
    }

    private int linear(Layer.Linear layer, int input) {
        int inputs = Math.toIntExact(shapes.get(input).elementsPerExample());
        Parameter weight = parameter(layer.name() + ".weight", Shape.of(layer.outputs(), inputs),
                Initial.UNIFORM_FAN_IN, inputs, layer.outputs(), true);
        Optional<Parameter> bias = bias(layer.name(), layer.bias(), layer.outputs(), Initial.UNIFORM_FAN_IN, inputs);
        return add(new Node.Linear(input, next(), weight, bias, Activation.IDENTITY), Shape.of(1, layer.outputs()),
                true);
    }

    private int batchNorm(Layer.BatchNorm layer, int input) {
        Shape shape = shapes.get(input);
        Shape channels = Shape.of(shape.dim(shape.rank() - 1));
        Parameter scale = added(Parameter
                .of(layer.name() + ".weight", channels, Initial.ONE, 1, 1, layer.scaleTrained()).in(layer.group()));
        Parameter shift = added(
                Parameter.of(layer.name() + ".bias", channels, Initial.ZERO, 1, 1, true).in(layer.group()));
        Tensor mean = new Tensor(layer.name() + ".running_mean", Role.STATE, DType.F32, channels);
        Tensor variance = new Tensor(layer.name() + ".running_var", Role.STATE, DType.F32, channels);
        statistics.put(mean, Initial.ZERO);
        statistics.put(variance, Initial.ONE);
        persistent.addAll(List.of(mean, variance));
        BatchNormTensors tensors = new BatchNormTensors(scale.tensor(), shift.tensor(), mean, variance);
        return add(new Node.BatchNorm(input, Optional.empty(), next(), layer.spec(), tensors, scale, shift,
                Activation.IDENTITY), shape, true);
    }

    /** Lays out a residual, its shortcut first, so that the main branch ends right before the sum. */
    private int residual(Layer.Residual layer, int input) {
        shared.add(input);
        int shortcut = lower(layer.shortcut(), input);
        int main = lower(layer.main(), input);
        if (!shapes.get(main).equals(shapes.get(shortcut))) {
            throw new IllegalArgumentException("a residual adds " + shapes.get(main) + " to " + shapes.get(shortcut)
                    + ": its shortcut needs layers that change the shape in the same way");
        }
        boolean sumTrained = trained.get(main) || trained.get(shortcut);
        if (nodes.getLast() instanceof Node.BatchNorm norm && norm.output() == main && norm.residual().isEmpty()
                && norm.activation() == Activation.IDENTITY) {
            nodes.set(nodes.size() - 1, norm.plus(shortcut, main));
            return main;
        }
        return add(new Node.Add(main, shortcut, next()), shapes.get(main), sumTrained);
    }

    private int dropout(Layer.Dropout layer, int input) {
        boolean ofMaximum = !nodes.isEmpty() && nodes.getLast() instanceof Node.MaxPool; // whose winners must be found
        boolean inPlace = !ofMaximum && !shared.contains(input);
        return add(new Node.Drop(input, next(), layer.probability(), dropouts++, inPlace), shapes.get(input),
                trained.get(input));
    }

    /**
     * Joins a ReLU with the node that makes its input, if that node can compute it and no other node reads the input.
     */
    private int relu(int input) {
        Node last = nodes.isEmpty() ? null : nodes.getLast();
        if (last != null && last.output() == input && !shared.contains(input)) {
            Optional<Node> joined = switch (last) {
                case Node.Convolution c when c.activation() == Activation.IDENTITY -> Optional.of(new Node.Convolution(
                        c.input(), c.output(), c.spec(), c.weight(), c.bias(), Activation.RELU));
                case Node.BatchNorm n when n.activation() == Activation.IDENTITY ->
                    Optional.of(n.then(Activation.RELU));
                case Node.MaxPool p when p.activation() == Activation.IDENTITY ->
                    Optional.of(new Node.MaxPool(p.input(), p.output(), p.spec(), Activation.RELU));
                case Node.Linear l when l.activation() == Activation.IDENTITY ->
                    Optional.of(new Node.Linear(l.input(), l.output(), l.weight(), l.bias(), Activation.RELU));
                default -> Optional.empty();
            };
            if (joined.isPresent()) {
                nodes.set(nodes.size() - 1, joined.get());
                return input;
            }
        }
        return add(new Node.Relu(input, next()), shapes.get(input), trained.get(input));
    }
}
