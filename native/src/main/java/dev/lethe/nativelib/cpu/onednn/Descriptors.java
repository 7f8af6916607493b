package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import org.bytedeco.dnnl.memory;

/** Memory descriptors of tensors. */
public final class Descriptors {
    private Descriptors() {}

    static memory.data_type type(DType dtype) {
        return switch (dtype) {
            case F32 -> memory.data_type.f32;
            case BF16 -> memory.data_type.bf16;
            case U8 -> memory.data_type.u8;
            case S32 -> memory.data_type.s32;
        };
    }

    /**
     * Describes the slice of an activation: (N, H, W, C) channels last, or (N, C).
     *
     * @param examples of the slice
     */
    public static memory.desc activation(Tensor tensor, int examples) {
        Shape shape = tensor.shape().withFirst(examples);
        memory.data_type type = type(tensor.dtype());
        return switch (shape.rank()) {
            case 2 -> new memory.desc(dims(shape), type, memory.format_tag.ab);
            case 4 -> new memory.desc(
                    new long[]{shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2)}, type, memory.format_tag.nhwc);
            default -> throw new IllegalArgumentException("activations are (N, C) or (N, H, W, C), not " + tensor);
        };
    }

    /** Weights of a convolution, in the layout that the primitive likes best. */
    static memory.desc anyConvolutionWeights(ConvolutionSpec spec, DType dtype) {
        return new memory.desc(convolutionDims(spec), type(dtype), memory.format_tag.any);
    }

    /** Describes weights of a convolution as the caller sees them: (O, I / groups, K, K). */
    public static memory.desc plainConvolutionWeights(ConvolutionSpec spec) {
        return plain(convolutionDims(spec));
    }

    /**
     * Describes plain weights in another order of dimensions: for Vector API kernels.
     *
     * @param rank of the plain weights
     */
    public static memory.desc ordered(memory.desc plain, int rank, WeightOrder order) {
        boolean outputsLast = order == WeightOrder.OUTPUTS_LAST;
        memory.format_tag tag = switch (rank) {
            case 2 -> outputsLast ? memory.format_tag.ba : memory.format_tag.ab;
            case 4 -> outputsLast ? memory.format_tag.cdba : memory.format_tag.cdab;
            case 5 -> memory.format_tag.decab; // the first dimension is the groups
            default -> throw new IllegalArgumentException("no weights have rank=" + rank);
        };
        if (rank == 5 && !outputsLast) {
            throw new IllegalArgumentException("weights in groups have no layout " + order);
        }
        return new memory.desc(plain.get_dims(), memory.data_type.f32, tag);
    }

    /** The order of the channels of weights behind rows and columns. */
    public enum WeightOrder {
        /** (row, column, input, output). */
        OUTPUTS_LAST,
        /** (row, column, output, input). */
        INPUTS_LAST
    }

    private static long[] convolutionDims(ConvolutionSpec spec) {
        long inputs = spec.inputChannels() / spec.groups();
        long outputs = spec.outputChannels();
        return spec.groups() == 1
                ? new long[]{outputs, inputs, spec.kernel(), spec.kernel()}
                : new long[]{spec.groups(), outputs / spec.groups(), inputs, spec.kernel(), spec.kernel()};
    }

    /** Weights of a linear layer, in the layout that the primitive likes best. */
    static memory.desc anyLinearWeights(Tensor input, int outputs, DType dtype) {
        return new memory.desc(linearDims(input, outputs), type(dtype), memory.format_tag.any);
    }

    /**
     * Describes weights of a linear layer as the caller sees them: (O, I) with I in the order channels, rows, columns.
     */
    public static memory.desc plainLinearWeights(Tensor input, int outputs) {
        return plain(linearDims(input, outputs));
    }

    private static long[] linearDims(Tensor input, int outputs) {
        Shape shape = input.shape();
        return shape.rank() == 4
                ? new long[]{outputs, shape.dim(3), shape.dim(1), shape.dim(2)}
                : new long[]{outputs, shape.dim(1)};
    }

    /** Describes floats in row-major order. */
    public static memory.desc plain(Shape shape) {
        return plain(dims(shape));
    }

    private static memory.desc plain(long[] dims) {
        memory.format_tag tag = switch (dims.length) {
            case 1 -> memory.format_tag.a;
            case 2 -> memory.format_tag.ab;
            case 4 -> memory.format_tag.abcd;
            case 5 -> memory.format_tag.abcde;
            default -> throw new IllegalArgumentException("no plain layout of rank=" + dims.length);
        };
        return new memory.desc(dims, memory.data_type.f32, tag);
    }

    private static long[] dims(Shape shape) {
        return shape.dims().stream().mapToLong(Integer::longValue).toArray();
    }
}
