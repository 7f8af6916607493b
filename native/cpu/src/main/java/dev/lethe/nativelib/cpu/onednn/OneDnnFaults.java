package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * The convolutions that oneDNN 3.11 computes wrongly. The list comes from comparisons of random convolutions with the
 * reference in poisoned memory, which also keep it short ({@code RandomOpsContract}).
 */
final class OneDnnFaults {
    private OneDnnFaults() {}

    /** Tells whether oneDNN's primitive for an operation crashes or computes wrong values. */
    public static boolean computesWrongly(Op op) {
        return switch (op) {
            case ConvolutionOp.Forward f -> failsInEveryDirection(f.spec(), f.input());
            case ConvolutionOp.BackwardData d -> failsInEveryDirection(d.spec(), d.inputGradient());
            case ConvolutionOp.BackwardWeights w ->
                failsInEveryDirection(w.spec(), w.input()) || failsForWeights(w.spec(), w.input());
            default -> false;
        };
    }

    /**
     * Tells whether all three primitives fail. If an output reads padding alone, the forward primitive reads outside of
     * its memory, and the gradient of a bias lacks that output. In bfloat16, if as many pixels at the end are unread as
     * the padding at the start has, oneDNN takes the image to be without padding.
     */
    private static boolean failsInEveryDirection(ConvolutionSpec spec, Tensor images) {
        return sides(images).anyMatch(side -> spec.readsPaddingAlone(side)
                || images.dtype() == DType.BF16 && spec.padding() > 0 && spec.unreadEnd(side) == spec.padding());
    }

    /** Tells whether gradients of weights fail: in bfloat16, those of some dilated kernels on wide images are wrong. */
    private static boolean failsForWeights(ConvolutionSpec spec, Tensor images) {
        return images.dtype() == DType.BF16 && spec.dilation() > 1;
    }

    /** Tells whether oneDNN leaves the gradients of idle taps unset: in bfloat16, numbers of its scratch memory. */
    public static boolean leavesIdleTapsUnset(ConvolutionOp.BackwardWeights op) {
        return op.input().dtype() == DType.BF16 && sides(op.input()).anyMatch(op.spec()::hasIdleTaps);
    }

    private static IntStream sides(Tensor images) {
        return IntStream.of(images.shape().dim(1), images.shape().dim(2));
    }
}
