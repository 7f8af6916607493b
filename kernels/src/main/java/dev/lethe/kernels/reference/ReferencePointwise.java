package dev.lethe.kernels.reference;

import dev.lethe.kernels.PointwiseOp;

/** Sums and products of elements. */
final class ReferencePointwise {
    private ReferencePointwise() {}

    static void add(ReferenceProgram program, PointwiseOp.Add op) {
        double[] first = program.values(op.first());
        double[] second = program.values(op.second());
        double[] sum = program.values(op.output());
        for (int i = 0; i < sum.length; i++) {
            sum[i] = first[i] + second[i];
        }
    }

    static void scale(ReferenceProgram program, PointwiseOp.Scale op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        for (int i = 0; i < y.length; i++) {
            y[i] = op.factor() * x[i];
        }
    }
}
