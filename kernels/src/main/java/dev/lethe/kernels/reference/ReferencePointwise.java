package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.PointwiseOp;
import java.lang.foreign.MemorySegment;

/**
 * Operations on one element after the other: x and y have one shape, (N, H, W, C) or (N, C), and so have gradients.
 *
 * <pre>
 * Add      y = a + b
 * Mean     y = (a + b) / 2
 * Scale    y = factor * x                      dx = factor * dy, by the same operation
 * GELU     y = x * Phi(x)                      dx = dy * (Phi(x) + x * phi(x)), the standard normal distribution's
 *                                              cumulative distribution Phi and density phi
 * Dropout  y = keep * x / (1 - probability)    dx = keep * dy / (1 - probability), by the same operation;
 *                                              keep is 0 or 1, a function of seed, epoch, example, layer and element
 * </pre>
 */
final class ReferencePointwise {
    private ReferencePointwise() {}

    /** Computes {@code y = a + b}. */
    static void add(ReferenceProgram program, PointwiseOp.Add op) {
        double[] first = program.values(op.first());
        double[] second = program.values(op.second());
        double[] sum = program.values(op.output());
        for (int i = 0; i < sum.length; i++) {
            sum[i] = first[i] + second[i];
        }
    }

    /** Computes {@code y = (a + b) / 2}. */
    static void mean(ReferenceProgram program, PointwiseOp.Mean op) {
        double[] first = program.values(op.first());
        double[] second = program.values(op.second());
        double[] mean = program.values(op.output());
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (first[i] + second[i]) / 2;
        }
    }

    /** Computes {@code y = factor * x}. */
    static void scale(ReferenceProgram program, PointwiseOp.Scale op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        for (int i = 0; i < x.length; i++) {
            y[i] = op.factor() * x[i];
        }
    }

    /** Computes GELU: {@code y = x * Phi(x)}. */
    static void forward(ReferenceProgram program, PointwiseOp.GeluForward op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * NormalDistribution.cumulative(x[i]);
        }
    }

    /** Computes the gradient of GELU: {@code dx = dy * (Phi(x) + x * phi(x))}. */
    static void backward(ReferenceProgram program, PointwiseOp.GeluBackward op) {
        double[] x = program.values(op.input());
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        for (int i = 0; i < x.length; i++) {
            dx[i] = dy[i] * (NormalDistribution.cumulative(x[i]) + x[i] * NormalDistribution.density(x[i]));
        }
    }

    /**
     * Computes dropout: {@code y = keep * x / (1 - probability)}.
     *
     * @param position row of the order at which the batch begins
     */
    static void drop(ReferenceProgram program, PointwiseOp.Drop op, int position) {
        double[] x = program.values(op.input()); // (N, H, W, C) or (N, C)
        double[] y = program.values(op.output()); // in the input's shape
        MemorySegment order = program.memory(op.order()); // (presentations), example ids
        int epoch = program.memory(op.epoch()).getAtIndex(JAVA_INT, 0);
        int elements = (int) op.input().shape().elementsPerExample();
        for (int i = 0; i < x.length; i++) {
            long key = op.dropout().key(epoch, order.getAtIndex(JAVA_INT, position + i / elements));
            y[i] = op.dropout().keeps(key, i % elements) ? x[i] / (1 - (double) op.dropout().probability()) : 0;
        }
    }
}
