package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.PointwiseOp;
import java.lang.foreign.MemorySegment;

/** Sums, means of two, scaling, Gaussian error linear units and dropout. */
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

    static void mean(ReferenceProgram program, PointwiseOp.Mean op) {
        double[] first = program.values(op.first());
        double[] second = program.values(op.second());
        double[] mean = program.values(op.output());
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (first[i] + second[i]) / 2;
        }
    }

    static void scale(ReferenceProgram program, PointwiseOp.Scale op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        for (int i = 0; i < x.length; i++) {
            y[i] = op.factor() * x[i];
        }
    }

    static void forward(ReferenceProgram program, PointwiseOp.GeluForward op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * NormalDistribution.cumulative(x[i]);
        }
    }

    static void backward(ReferenceProgram program, PointwiseOp.GeluBackward op) {
        double[] x = program.values(op.input());
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        for (int i = 0; i < x.length; i++) {
            dx[i] = dy[i] * (NormalDistribution.cumulative(x[i]) + x[i] * NormalDistribution.density(x[i]));
        }
    }

    static void drop(ReferenceProgram program, PointwiseOp.Drop op, int position) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        MemorySegment order = program.memory(op.order());
        int epoch = program.memory(op.epoch()).getAtIndex(JAVA_INT, 0);
        int elements = (int) op.input().shape().elementsPerExample();
        for (int i = 0; i < x.length; i++) {
            long key = op.dropout().key(epoch, order.getAtIndex(JAVA_INT, position + i / elements));
            y[i] = op.dropout().keeps(key, i % elements) ? x[i] / (1 - (double) op.dropout().probability()) : 0;
        }
    }
}
