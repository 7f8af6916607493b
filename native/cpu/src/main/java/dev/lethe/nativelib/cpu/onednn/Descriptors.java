package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.simd.product.WeightShape;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import org.bytedeco.dnnl.memory;

/** Factory methods of oneDNN's memory descriptors for tensors. */
final class Descriptors {
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
     * @param examples number of examples of the slice
     */
    static memory.desc activation(Tensor tensor, int examples) {
        Shape shape = tensor.shape().withFirst(examples);
        memory.data_type type = type(tensor.dtype());
        return switch (shape.rank()) {
            case 2 -> new memory.desc(dims(shape), type, memory.format_tag.ab);
            case 4 -> new memory.desc(
                    new long[]{shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2)}, type, memory.format_tag.nhwc);
            default -> throw new IllegalArgumentException("activations are (N, C) or (N, H, W, C), not " + tensor);
        };
    }

    /** Describes weights of a convolution in the layout that the primitive prefers. */
    static memory.desc anyConvolutionWeights(ConvolutionSpec spec, DType dtype) {
        return new memory.desc(dims(WeightShape.of(spec)), type(dtype), memory.format_tag.any);
    }

    /** Describes floats in one of the orders that Vector API kernels read. */
    static memory.desc ordered(WeightShape shape, WeightOrder order) {
        return new memory.desc(dims(shape), memory.data_type.f32, tag(shape.dims().size(), order));
    }

    private static memory.format_tag tag(int rank, WeightOrder order) {
        if (rank == 5 && order != WeightOrder.PLAIN && order != WeightOrder.OUTPUTS_LAST) {
            throw new IllegalArgumentException("weights in groups have no layout " + order); // groups come first
        }
        return switch (order) {
            case PLAIN -> switch (rank) {
                case 1 -> memory.format_tag.a;
                case 2 -> memory.format_tag.ab;
                case 3 -> memory.format_tag.abc;
                case 4 -> memory.format_tag.abcd;
                default -> memory.format_tag.abcde;
            };
            case OUTPUTS_LAST -> switch (rank) {
                case 2 -> memory.format_tag.ba;
                case 4 -> memory.format_tag.cdba;
                case 5 -> memory.format_tag.decab;
                default -> throw new IllegalArgumentException("no weights have rank=" + rank);
            };
            case INPUTS_LAST -> switch (rank) {
                case 2 -> memory.format_tag.ab;
                case 4 -> memory.format_tag.cdab;
                default -> throw new IllegalArgumentException("no weights have rank=" + rank);
            };
            case OUTPUT_PANELS, INPUT_PANELS, IMAGE_PANELS ->
                throw new IllegalArgumentException("oneDNN reads no panels: order=" + order);
        };
    }

    /** Describes weights of a linear layer in the layout that the primitive prefers. */
    static memory.desc anyLinearWeights(Tensor input, int outputs, DType dtype) {
        return new memory.desc(dims(WeightShape.linear(input.shape(), outputs)), type(dtype), memory.format_tag.any);
    }

    private static long[] dims(WeightShape shape) {
        return shape.dims().stream().mapToLong(Integer::longValue).toArray();
    }

    private static long[] dims(Shape shape) {
        return shape.dims().stream().mapToLong(Integer::longValue).toArray();
    }
}
