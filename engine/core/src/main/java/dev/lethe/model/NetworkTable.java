package dev.lethe.model;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Table of the steps of a network's forward pass.
 *
 * @param rows steps in the order of computation
 */
public record NetworkTable(List<Row> rows) {
    /** Keeps copies that do not change. */
    public NetworkTable {
        rows = List.copyOf(rows);
    }

    /**
     * A step of the forward pass.
     *
     * @param layer name of the layer, if it has parameters
     * @param operation description of the operation
     * @param output shape of an example's output: (H, W, C) or (C)
     * @param parameters number of trained values
     * @param flops number of multiplications and additions of convolutions and linear layers for one example
     */
    public record Row(String layer, String operation, String output, long parameters, long flops) {}

    /**
     * Makes the table for images of a size.
     *
     * @param network network to describe
     * @param image shape of an image: (1, H, W, C)
     * @throws IllegalArgumentException when a layer does not fit the output of the layers before it
     */
    public static NetworkTable of(Network network, Shape image) {
        Graph graph = new Graph(network, image);
        List<Row> rows = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Shape input = graph.shape(node.input());
            String output = withoutBatch(graph.shape(node.output()));
            rows.add(switch (node) {
                case Node.Convolution c -> new Row(layer(c.weight()),
                        "convolution " + c.spec().kernel() + " x " + c.spec().kernel() + stride(c.spec().stride())
                                + groups(c.spec().groups()) + then(c.activation()),
                        output, size(c.weight()) + c.bias().map(NetworkTable::size).orElse(0L),
                        c.spec().flopsPerExample(input));
                case Node.BatchNorm n -> new Row(layer(n.scale()),
                        "batch norm" + (n.residual().isPresent() ? " + residual" : "") + then(n.activation()), output,
                        size(n.scale()) + size(n.shift()), 0);
                case Node.Add _ -> new Row("", "sum", output, 0, 0);
                case Node.MaxPool p -> new Row("", "max pool " + p.spec().window() + " x " + p.spec().window()
                        + stride(p.spec().stride()) + then(p.activation()), output, 0, 0);
                case Node.GlobalAveragePool _ -> new Row("", "global average pool", output, 0, 0);
                case Node.Linear l -> new Row(layer(l.weight()), "linear" + then(l.activation()), output,
                        size(l.weight()) + l.bias().map(NetworkTable::size).orElse(0L),
                        2 * l.weight().tensor().shape().elements());
                case Node.AveragePool p -> new Row("", "average pool " + p.spec().window() + " x "
                        + p.spec().window() + stride(p.spec().stride()), output, 0, 0);
                case Node.Relu _ -> new Row("", "ReLU", output, 0, 0);
                case Node.Gelu _ -> new Row("", "GELU", output, 0, 0);
                case Node.Drop d -> new Row("", "dropout " + d.probability(), output, 0, 0);
                case Node.Scale s -> new Row("", "scale by " + s.factor(), output, 0, 0);
            });
        }
        return new NetworkTable(rows);
    }

    private static String layer(Parameter parameter) {
        String name = parameter.tensor().name();
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static long size(Parameter parameter) {
        return parameter.trained() ? parameter.tensor().shape().elements() : 0;
    }

    private static String stride(int stride) {
        return stride == 1 ? "" : ", stride " + stride;
    }

    private static String groups(int groups) {
        return groups == 1 ? "" : ", groups " + groups;
    }

    private static String then(Activation activation) {
        return activation == Activation.RELU ? " + ReLU" : "";
    }

    private static String withoutBatch(Shape shape) {
        return String.join(" x ", shape.dims().stream().skip(1).map(String::valueOf).toList());
    }

    /** Returns the number of trained values of all layers. */
    public long parameters() {
        return rows.stream().mapToLong(Row::parameters).sum();
    }

    /**
     * Returns the number of multiplications and additions of one example's forward pass; a training step takes three
     * times as many.
     */
    public long flops() {
        return rows.stream().mapToLong(Row::flops).sum();
    }

    /** Returns the table as text, in aligned columns with a line of totals. */
    @Override
    public String toString() {
        int layer = width("layer", rows.stream().map(Row::layer).toList());
        int operation = width("operation", rows.stream().map(Row::operation).toList());
        int output = width("output", rows.stream().map(Row::output).toList());
        String format = "%-" + layer + "s  %-" + operation + "s  %-" + output + "s  %,13d  %,15d%n";
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, format.replace("%,13d", "%13s").replace(
                "%,15d", "%15s"), "layer", "operation", "output", "parameters", "FLOPs"));
        rows.forEach(row -> text.append(String.format(Locale.ROOT, format, row.layer, row.operation, row.output,
                row.parameters, row.flops)));
        return text.append(String.format(Locale.ROOT, format, "total", "", "", parameters(), flops())).toString();
    }

    private static int width(String title, List<String> cells) {
        return cells.stream().mapToInt(String::length).reduce(title.length(), Math::max);
    }
}
