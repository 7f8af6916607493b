package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.Shape;
import java.util.Arrays;

/**
 * Pooling, channel by channel. The window of output (p, q) is the set W(p, q) of the K * K inputs in the rows
 * {@code p * stride - padding + r} and the columns {@code q * stride - padding + s}, for r and s from 0 to K - 1,
 * without those outside of x.
 *
 * <pre>
 * maximum  y[n,p,q,c]  = f(max over W(p,q) of x)
 *          dx[n,i,j,c] = sum of dy[n,p,q,c] over the outputs whose window has its maximum at (i, j)
 * average  y[n,p,q,c]  = (sum over W(p,q) of x) / (K * K)
 *          dx[n,i,j,c] = (sum of dy[n,p,q,c] over the outputs whose window contains (i, j)) / (K * K)
 * global   y[n,c]      = (sum over i,j of x[n,i,j,c]) / (H * W)
 *          dx[n,i,j,c] = dy[n,c] / (H * W)
 * </pre>
 *
 * The maximum is the first of equal elements in row order, as in PyTorch; with ReLU as the activation f, a maximum that
 * is not above 0 passes no gradient. Shapes: x and dx (N, H, W, C), y and dy (N, P, Q, C), (N, C) for the global
 * average.
 */
final class ReferencePooling {
    private ReferencePooling() {}

    /** Computes {@code y = f(max over the window of x)}. */
    static void forward(ReferenceProgram program, PoolOp.MaxForward op) {
        double[] x = program.values(op.input()); // (N, H, W, C)
        double[] y = program.values(op.output()); // (N, P, Q, C)
        for (int o = 0; o < y.length; o++) {
            y[o] = x[winner(op.spec(), x, op.input().shape(), op.output().shape(), o)];
        }
        if (op.activation() == Activation.RELU) {
            ReferenceRelu.clamp(y, y);
        }
    }

    /** Adds each output's gradient to the gradient of the input that is the maximum of its window. */
    static void backward(ReferenceProgram program, PoolOp.MaxBackward op) {
        double[] x = program.values(op.input()); // (N, H, W, C)
        double[] dy = program.values(op.outputGradient()); // (N, P, Q, C)
        double[] dx = program.values(op.inputGradient()); // (N, H, W, C)
        Arrays.fill(dx, 0);
        for (int o = 0; o < dy.length; o++) {
            int winner = winner(op.spec(), x, op.input().shape(), op.output().shape(), o);
            if (op.activation() == Activation.IDENTITY || x[winner] > 0) {
                dx[winner] += dy[o];
            }
        }
    }

    /** Computes {@code y = (sum over the window of x) / (K * K)}; elements outside of x count as 0. */
    static void forward(ReferenceProgram program, PoolOp.AverageForward op) {
        double[] x = program.values(op.input()); // (N, H, W, C)
        double[] y = program.values(op.output()); // (N, P, Q, C)
        Arrays.fill(y, 0);
        forEachPair(op.spec(), op.input().shape(), op.output().shape(), (i, o) -> y[o] += x[i] / op.spec().area());
    }

    /** Adds {@code dy / (K * K)} to the gradient of every input of an output's window. */
    static void backward(ReferenceProgram program, PoolOp.AverageBackward op) {
        double[] dy = program.values(op.outputGradient()); // (N, P, Q, C)
        double[] dx = program.values(op.inputGradient()); // (N, H, W, C)
        Arrays.fill(dx, 0);
        forEachPair(op.spec(), op.inputGradient().shape(), op.outputGradient().shape(),
                (i, o) -> dx[i] += dy[o] / op.spec().area());
    }

    /** An output with an input of its window, as flat indices. */
    private interface Pair {
        void use(int input, int output);
    }

    /** Calls {@code pair} for every output with every input of its window that lies inside the image. */
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

    /** Returns the index in x of the maximum of the window of output o. */
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

    /** Computes {@code y[n,c] = (sum over i,j of x[n,i,j,c]) / (H * W)}. */
    static void averageForward(ReferenceProgram program, PoolOp.GlobalAverageForward op) {
        double[] x = program.values(op.input()); // (N, H, W, C)
        double[] y = program.values(op.output()); // (N, C)
        int channels = op.input().shape().dim(3);
        int pixels = op.input().shape().dim(1) * op.input().shape().dim(2);
        Arrays.fill(y, 0);
        for (int i = 0; i < x.length; i++) {
            y[i / channels / pixels * channels + i % channels] += x[i] / pixels;
        }
    }

    /** Computes {@code dx[n,i,j,c] = dy[n,c] / (H * W)}. */
    static void averageBackward(ReferenceProgram program, PoolOp.GlobalAverageBackward op) {
        double[] dy = program.values(op.outputGradient()); // (N, C)
        double[] dx = program.values(op.inputGradient()); // (N, H, W, C)
        int channels = op.inputGradient().shape().dim(3);
        int pixels = op.inputGradient().shape().dim(1) * op.inputGradient().shape().dim(2);
        for (int i = 0; i < dx.length; i++) {
            dx[i] = dy[i / channels / pixels * channels + i % channels] / pixels;
        }
    }
}
