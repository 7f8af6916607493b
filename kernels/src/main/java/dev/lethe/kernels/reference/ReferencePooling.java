package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.Shape;
import java.util.Arrays;

/** Pooling; of equal elements the first in row order is the maximum, as in PyTorch. */
final class ReferencePooling {
    private ReferencePooling() {}

    static void forward(ReferenceProgram program, PoolOp.MaxForward op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        for (int o = 0; o < y.length; o++) {
            y[o] = x[winner(op.spec(), x, op.input().shape(), op.output().shape(), o)];
        }
        if (op.activation() == Activation.RELU) {
            ReferenceRelu.clamp(y, y);
        }
    }

    static void backward(ReferenceProgram program, PoolOp.MaxBackward op) {
        double[] x = program.values(op.input());
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        Arrays.fill(dx, 0);
        for (int o = 0; o < dy.length; o++) {
            int winner = winner(op.spec(), x, op.input().shape(), op.output().shape(), o);
            if (op.activation() == Activation.IDENTITY || x[winner] > 0) {
                dx[winner] += dy[o];
            }
        }
    }

    static void forward(ReferenceProgram program, PoolOp.AverageForward op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        Arrays.fill(y, 0);
        forEachPair(op.spec(), op.input().shape(), op.output().shape(), (i, o) -> y[o] += x[i] / op.spec().area());
    }

    static void backward(ReferenceProgram program, PoolOp.AverageBackward op) {
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        Arrays.fill(dx, 0);
        forEachPair(op.spec(), op.inputGradient().shape(), op.outputGradient().shape(),
                (i, o) -> dx[i] += dy[o] / op.spec().area());
    }

    private interface Pair {
        void use(int input, int output);
    }

    /** Every output with every input of its window. */
    private static void forEachPair(PoolSpec spec, Shape input, Shape output, Pair pair) {
        for (int o = 0; o < output.elements(); o++) {
            int channel = o % output.dim(3);
            int q = o / output.dim(3) % output.dim(2);
            int p = o / output.dim(3) / output.dim(2) % output.dim(1);
            int n = o / output.dim(3) / output.dim(2) / output.dim(1);
            for (int tap = 0; tap < spec.area(); tap++) {
                int row = p * spec.stride() - spec.padding() + tap / spec.window();
                int column = q * spec.stride() - spec.padding() + tap % spec.window();
                if (row >= 0 && row < input.dim(1) && column >= 0 && column < input.dim(2)) {
                    pair.use(((n * input.dim(1) + row) * input.dim(2) + column) * input.dim(3) + channel, o);
                }
            }
        }
    }

    /** The index in x of the maximum of the window of output o. */
    private static int winner(PoolSpec spec, double[] x, Shape input, Shape output, int o) {
        int channel = o % output.dim(3);
        int q = o / output.dim(3) % output.dim(2);
        int p = o / output.dim(3) / output.dim(2) % output.dim(1);
        int n = o / output.dim(3) / output.dim(2) / output.dim(1);
        int winner = -1;
        for (int r = 0; r < spec.window(); r++) {
            int row = p * spec.stride() - spec.padding() + r;
            for (int s = 0; s < spec.window(); s++) {
                int column = q * spec.stride() - spec.padding() + s;
                if (row < 0 || row >= input.dim(1) || column < 0 || column >= input.dim(2)) {
                    continue;
                }
                int index = ((n * input.dim(1) + row) * input.dim(2) + column) * input.dim(3) + channel;
                if (winner < 0 || x[index] > x[winner]) {
                    winner = index;
                }
            }
        }
        return winner;
    }

    static void averageForward(ReferenceProgram program, PoolOp.GlobalAverageForward op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        int channels = op.input().shape().dim(3);
        int pixels = op.input().shape().dim(1) * op.input().shape().dim(2);
        Arrays.fill(y, 0);
        for (int i = 0; i < x.length; i++) {
            y[i / channels / pixels * channels + i % channels] += x[i] / pixels;
        }
    }

    static void averageBackward(ReferenceProgram program, PoolOp.GlobalAverageBackward op) {
        double[] dy = program.values(op.outputGradient());
        double[] dx = program.values(op.inputGradient());
        int channels = op.inputGradient().shape().dim(3);
        int pixels = op.inputGradient().shape().dim(1) * op.inputGradient().shape().dim(2);
        for (int i = 0; i < dx.length; i++) {
            dx[i] = dy[i / channels / pixels * channels + i % channels] / pixels;
        }
    }
}
