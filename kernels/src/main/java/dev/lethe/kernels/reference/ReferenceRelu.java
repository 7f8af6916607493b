package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.PointwiseOp;

/** Rectified linear units. */
final class ReferenceRelu {
    private ReferenceRelu() {}

    static void forward(ReferenceProgram program, PointwiseOp.ReluForward op) {
        clamp(program.values(op.input()), program.values(op.output()));
    }

    static void clamp(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.max(0, x[i]);
        }
    }

    static void backward(ReferenceProgram program, PointwiseOp.ReluBackward op) {
        double[] y = program.values(op.output());
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        for (int i = 0; i < y.length; i++) {
            dx[i] = y[i] > 0 ? dy[i] : 0;
        }
    }
}
