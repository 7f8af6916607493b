package dev.lethe.kernels.simd.product;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.Shape;
import java.util.List;

/**
 * The dimensions of a parameter that callers see, in row-major order: (O, I, K, K) of a convolution, (G, O / G, I / G,
 * K, K) of one with groups, (O, C, H, W) of a linear layer over images, (O, I) of one over rows, and those of the
 * tensor of any other parameter.
 *
 * @param dims extents from the outermost to the innermost
 */
public record WeightShape(List<Integer> dims) {
    private static final int IN_GROUPS = 5; // dimensions

    public WeightShape {
        dims = List.copyOf(dims);
        if (dims.isEmpty() || dims.size() > IN_GROUPS) {
            throw new IllegalArgumentException("no weights have the dimensions " + dims);
        }
    }

    /** Returns the weights of a convolution. */
    public static WeightShape of(ConvolutionSpec spec) {
        int inputs = spec.inputChannels() / spec.groups();
        return spec.groups() == 1
                ? new WeightShape(List.of(spec.outputChannels(), inputs, spec.kernel(), spec.kernel()))
                : new WeightShape(List.of(spec.groups(), spec.outputChannels() / spec.groups(), inputs, spec.kernel(),
                        spec.kernel()));
    }

    /**
     * Returns the weights of a linear layer.
     *
     * @param input (N, H, W, C) or (N, C)
     */
    public static WeightShape linear(Shape input, int outputs) {
        return input.rank() == 4
                ? new WeightShape(List.of(outputs, input.dim(3), input.dim(1), input.dim(2)))
                : new WeightShape(List.of(outputs, input.dim(1)));
    }

    /** Returns the dimensions of a parameter that no product reads. */
    public static WeightShape of(Shape shape) {
        return new WeightShape(shape.dims());
    }

    private int dim(int index) {
        int first = dims.size() == IN_GROUPS ? 1 : 0;
        return first + index < dims.size() ? dims.get(first + index) : 1;
    }

    /** Returns the groups. */
    public int groups() {
        return dims.size() == IN_GROUPS ? dims.getFirst() : 1;
    }

    /** Returns the output channels of a group. */
    public int outputs() {
        return dim(0);
    }

    /** Returns the input channels of a group. */
    public int inputs() {
        return dim(1);
    }

    /** Returns the rows of the kernel. */
    public int height() {
        return dim(2);
    }

    /** Returns the columns of the kernel. */
    public int width() {
        return dim(3);
    }

    /** Returns the number of weights. */
    public long elements() {
        return (long) groups() * outputs() * inputs() * height() * width();
    }
}
