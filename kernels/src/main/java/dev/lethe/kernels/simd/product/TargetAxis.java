package dev.lethe.kernels.simd.product;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/**
 * Rows or columns of the images that a convolution, or its gradient, writes: those that the same taps of the kernel can
 * reach. Forward they are all in one axis; backward with a stride, every stride-th is in the same.
 *
 * @param targets rows or columns of the written images
 * @param taps rows or columns of the kernel that reach one of them
 * @param sources row or column of the read images for each target and tap, (target, tap); {@link #PADDING} outside
 */
record TargetAxis(int[] targets, int[] taps, int[] sources) {
    /** Stands for a source outside of the image. */
    static final int PADDING = -1;

    /** Returns the outputs of a convolution along one dimension. */
    static List<TargetAxis> outputs(int outputs, int inputs, int kernel, int stride, int padding, int dilation) {
        return List.of(of(IntStream.range(0, outputs).toArray(), kernel, (output, tap) -> {
            int input = output * stride - padding + tap * dilation;
            return input >= 0 && input < inputs ? input : PADDING;
        }));
    }

    /** Returns the inputs of a convolution along one dimension, whose gradients read those of the outputs. */
    static List<TargetAxis> inputs(int outputs, int inputs, int kernel, int stride, int padding, int dilation) {
        List<TargetAxis> axes = new ArrayList<>();
        for (int first = 0; first < Math.min(stride, inputs); first++) {
            int[] targets = IntStream.iterate(first, target -> target < inputs, target -> target + stride).toArray();
            axes.add(of(targets, kernel, (input, tap) -> {
                int scaled = input + padding - tap * dilation;
                return scaled >= 0 && scaled % stride == 0 && scaled / stride < outputs ? scaled / stride : PADDING;
            }));
        }
        return axes;
    }

    private static TargetAxis of(int[] targets, int kernel, IntBinaryOperator source) {
        int[] taps = IntStream.range(0, kernel).filter(tap -> IntStream.of(targets)
                .anyMatch(target -> source.applyAsInt(target, tap) != PADDING)).toArray();
        int[] sources = IntStream.of(targets)
                .flatMap(target -> IntStream.of(taps).map(tap -> source.applyAsInt(target, tap))).toArray();
        return new TargetAxis(targets, taps, sources);
    }

    /** Tells whether some tap lies on padding. */
    boolean readsPadding() {
        return IntStream.of(sources).anyMatch(source -> source == PADDING);
    }
}
