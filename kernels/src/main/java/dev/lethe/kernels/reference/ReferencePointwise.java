package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.PointwiseOp;

/** Sums and products of elements, and dropout. */
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

    static void dropout(ReferenceProgram program, PointwiseOp.Dropout op, int position) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        int elements = Math.toIntExact(op.input().shape().elementsPerExample());
        int epoch = program.memory(op.mask().epoch()).getAtIndex(JAVA_INT, 0);
        for (int i = 0; i < y.length; i++) {
            int example = program.memory(op.mask().order()).getAtIndex(JAVA_INT, position + i / elements);
            boolean dropped = op.mask().drops(op.mask().key(epoch, example), i % elements);
            y[i] = dropped ? 0 : x[i] / (1 - op.mask().rate());
        }
    }
}
