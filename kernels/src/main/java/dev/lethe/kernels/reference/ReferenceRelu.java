package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.PointwiseOp;

/** Rectified linear units: {@code y = max(0, x)}, {@code dx = y > 0 ? dy : 0}; all tensors have one shape. */
final class ReferenceRelu {
    private ReferenceRelu() {}

    /** Computes {@code y = max(0, x)}. */
    static void forward(ReferenceProgram program, PointwiseOp.ReluForward op) {
        clamp(program.values(op.input()), program.values(op.output()));
    }

    /** Writes {@code max(0, x)} to y, which may be x. */
    static void clamp(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.max(0, x[i]);
        }
    }

    /** Computes {@code dx = y > 0 ? dy : 0}. */
    static void backward(ReferenceProgram program, PointwiseOp.ReluBackward op) {
        double[] y = program.values(op.output());
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        for (int i = 0; i < y.length; i++) {
            dx[i] = y[i] > 0 ? dy[i] : 0;
        }
    }
}
