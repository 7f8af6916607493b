package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.PointwiseOp;
import java.lang.foreign.MemorySegment;

/** Sums, scaling, Gaussian error linear units and dropout. */
final class ReferencePointwise {
    private static final double STEP = 1 / 64.0; // of Simpson's rule: its error is about 1e-11

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
        for (int i = 0; i < x.length; i++) {
            y[i] = op.factor() * x[i];
        }
    }

    static void forward(ReferenceProgram program, PointwiseOp.GeluForward op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * distribution(x[i]);
        }
    }

    static void backward(ReferenceProgram program, PointwiseOp.GeluBackward op) {
        double[] x = program.values(op.input());
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        for (int i = 0; i < x.length; i++) {
            dx[i] = dy[i] * (distribution(x[i]) + x[i] * density(x[i]));
        }
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** The density's integral up to x, by Simpson's rule from 0 on. */
    private static double distribution(double x) {
        int steps = Math.max(1, (int) Math.ceil(Math.min(Math.abs(x), 40) / STEP));
        double h = Math.clamp(x, -40, 40) / steps;
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            sum += density(i * h) + 4 * density((i + 0.5) * h) + density((i + 1) * h);
        }
        return 0.5 + sum * h / 6;
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
