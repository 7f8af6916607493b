package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Arrays;

/**
 * Direct convolution. Every formula sums the products of the same triples of elements:
 *
 * <pre>
 * forward   y[n,p,q,o]           = f(b[o] + sum over i,r,s of x[n,row,column,g+i] * w[o,i,r,s])
 * backward  dx[n,row,column,g+i] = sum over o and the p,q,r,s that lead to (row, column) of dy[n,p,q,o] * w[o,i,r,s]
 *           dw[o,i,r,s]          = sum over n,p,q of x[n,row,column,g+i] * dy[n,p,q,o]
 *           db[o]                = sum over n,p,q of dy[n,p,q,o]
 * with      row    = p * stride - padding + r * dilation
 *           column = q * stride - padding + s * dilation
 *           g      = the first input channel of the group of output channel o
 * </pre>
 *
 * where elements outside of x count as 0 and f is the activation. Shapes: x (N, H, W, I), w (O, I / groups, K, K),
 * b (O), y (N, P, Q, O), each gradient as its tensor.
 */
final class ReferenceConvolution {
    private ReferenceConvolution() {}

    /** A term of the sums: takes the flat indices of the elements of x, w and y that belong to one product. */
    @FunctionalInterface
    private interface Product {
        void at(int input, int weight, int output);
    }

    /** Computes {@code y = f(b + sum of x * w)}. */
    static void forward(ReferenceProgram program, ConvolutionOp.Forward op) {
        double[] x = program.values(op.input()); // (N, H, W, I)
        double[] w = program.values(op.weights()); // (O, I / groups, K, K)
        double[] y = program.values(op.output()); // (N, P, Q, O)
        int channels = op.spec().outputChannels();
        for (int i = 0; i < y.length; i++) {
            int output = i;
            y[i] = op.bias().map(bias -> program.values(bias)[output % channels]).orElse(0.0);
        }
        forEachProduct(op.spec(), op.input(), op.output(), (i, k, o) -> y[o] += x[i] * w[k]);
        if (op.activation() == Activation.RELU) {
            ReferenceRelu.clamp(y, y);
        }
    }

    /** Computes {@code dx = sum of dy * w}. */
    static void backwardData(ReferenceProgram program, ConvolutionOp.BackwardData op) {
        double[] dy = program.values(op.outputGradient()); // (N, P, Q, O)
        double[] w = program.values(op.weights()); // (O, I / groups, K, K)
        double[] dx = program.values(op.inputGradient()); // (N, H, W, I)
        Arrays.fill(dx, 0);
        forEachProduct(op.spec(), op.inputGradient(), op.outputGradient(), (i, k, o) -> dx[i] += dy[o] * w[k]);
    }

    /** Computes {@code dw = sum of x * dy} and, if there is a bias, {@code db = sum of dy}. */
    static void backwardWeights(ReferenceProgram program, ConvolutionOp.BackwardWeights op) {
        double[] x = program.values(op.input()); // (N, H, W, I)
        double[] dy = program.values(op.outputGradient()); // (N, P, Q, O)
        double[] dw = program.values(op.weightsGradient()); // (O, I / groups, K, K)
        Arrays.fill(dw, 0);
        forEachProduct(op.spec(), op.input(), op.outputGradient(), (i, k, o) -> dw[k] += x[i] * dy[o]);
        op.biasGradient().ifPresent(bias -> sumOverAllButLast(dy, program.values(bias)));
    }

    /** Computes {@code db[o] = sum over n,p,q of dy[n,p,q,o]}. */
    static void backwardBias(ReferenceProgram program, ConvolutionOp.BackwardBias op) {
        sumOverAllButLast(program.values(op.outputGradient()), program.values(op.biasGradient()));
    }

    /**
     * Computes {@code sums[o] = sum of values[..., o]} over every dimension but the last, which has the sums' length.
     */
    static void sumOverAllButLast(double[] values, double[] sums) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < values.length; i++) {
            sums[i % sums.length] += values[i];
        }
    }

    /** Calls {@code product} once for every term of the sums, in the order of n, p, q, o, r, s, i. */
    private static void forEachProduct(ConvolutionSpec spec, Tensor input, Tensor output, Product product) {
        Shape y = output.shape();
        for (int n = 0; n < y.dim(0); n++) {
            for (int p = 0; p < y.dim(1); p++) {
                for (int q = 0; q < y.dim(2); q++) {
                    for (int o = 0; o < y.dim(3); o++) {
                        int to = ((n * y.dim(1) + p) * y.dim(2) + q) * y.dim(3) + o;
                        forEachTap(spec, input.shape(), n, p, q, o, (from, weight) -> product.at(from, weight, to));
                    }
                }
            }
        }
    }

    /** An element of the window of one output: takes the flat indices of the elements of x and w. */
    @FunctionalInterface
    private interface Tap {
        void at(int input, int weight);
    }

    /** Calls {@code tap} for every element of the window of output (n, p, q, o) that lies inside x. */
    private static void forEachTap(ConvolutionSpec spec, Shape x, int n, int p, int q, int o, Tap tap) {
        int inputs = spec.inputChannels() / spec.groups();
        int firstChannel = o / (spec.outputChannels() / spec.groups()) * inputs;
        for (int r = 0; r < spec.kernel(); r++) {
            int row = p * spec.stride() - spec.padding() + r * spec.dilation();
            for (int s = 0; s < spec.kernel(); s++) {
                int column = q * spec.stride() - spec.padding() + s * spec.dilation();
                if (row < 0 || row >= x.dim(1) || column < 0 || column >= x.dim(2)) {
                    continue;
                }
                for (int i = 0; i < inputs; i++) {
                    tap.at(((n * x.dim(1) + row) * x.dim(2) + column) * x.dim(3) + firstChannel + i,
                            ((o * inputs + i) * spec.kernel() + r) * spec.kernel() + s);
                }
            }
        }
    }
}
