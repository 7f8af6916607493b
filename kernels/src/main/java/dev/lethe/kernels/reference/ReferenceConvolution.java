package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.Shape;
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

    /**
     * The products of one pixel of y with one pixel of x under one tap of the window. Takes the flat indices of the
     * first channel of both pixels and the tap's number, {@code r * K + s}.
     */
    @FunctionalInterface
    private interface Products {
        void at(int input, int tap, int output);
    }

    /** Computes {@code y = f(b + sum of x * w)}. */
    static void forward(ReferenceProgram program, ConvolutionOp.Forward op) {
        ConvolutionSpec spec = op.spec();
        double[] x = program.values(op.input()); // (N, H, W, I)
        double[] y = program.values(op.output()); // (N, P, Q, O)
        int inputs = spec.inputChannels() / spec.groups();
        int outputs = spec.outputChannels() / spec.groups();
        int channels = spec.outputChannels();
        int taps = spec.kernel() * spec.kernel();
        double[] w = transposed(program.values(op.weights()), channels, inputs * taps); // (I / groups, K, K, O)
        double[] b = op.bias().map(program::values).orElse(new double[channels]); // (O)
        for (int i = 0; i < y.length; i++) {
            y[i] = b[i % channels];
        }
        forEachTap(spec, op.input().shape(), op.output().shape(), (input, tap, output) -> {
            for (int g = 0; g < spec.groups(); g++) {
                for (int i = 0; i < inputs; i++) {
                    double value = x[input + g * inputs + i];
                    int row = (i * taps + tap) * channels;
                    for (int o = g * outputs; o < (g + 1) * outputs; o++) {
                        y[output + o] += value * w[row + o];
                    }
                }
            }
        });
        if (op.activation() == Activation.RELU) {
            ReferenceRelu.clamp(y, y);
        }
    }

    /** Computes {@code dx = sum of dy * w}. */
    static void backwardData(ReferenceProgram program, ConvolutionOp.BackwardData op) {
        ConvolutionSpec spec = op.spec();
        double[] dy = program.values(op.outputGradient()); // (N, P, Q, O)
        double[] dx = program.values(op.inputGradient()); // (N, H, W, I)
        int inputs = spec.inputChannels() / spec.groups();
        int outputs = spec.outputChannels() / spec.groups();
        int channels = spec.outputChannels();
        int taps = spec.kernel() * spec.kernel();
        double[] w = transposed(program.values(op.weights()), channels * inputs, taps); // (K, K, O, I / groups)
        Arrays.fill(dx, 0);
        forEachTap(spec, op.inputGradient().shape(), op.outputGradient().shape(), (input, tap, output) -> {
            for (int o = 0; o < channels; o++) {
                double gradient = dy[output + o];
                int pixel = input + o / outputs * inputs;
                int row = (tap * channels + o) * inputs;
                for (int i = 0; i < inputs; i++) {
                    dx[pixel + i] += gradient * w[row + i];
                }
            }
        });
    }

    /** Computes {@code dw = sum of x * dy} and, if there is a bias, {@code db = sum of dy}. */
    static void backwardWeights(ReferenceProgram program, ConvolutionOp.BackwardWeights op) {
        ConvolutionSpec spec = op.spec();
        double[] x = program.values(op.input()); // (N, H, W, I)
        double[] dy = program.values(op.outputGradient()); // (N, P, Q, O)
        int inputs = spec.inputChannels() / spec.groups();
        int outputs = spec.outputChannels() / spec.groups();
        int channels = spec.outputChannels();
        int taps = spec.kernel() * spec.kernel();
        double[] dw = new double[taps * channels * inputs]; // (K, K, O, I / groups)
        forEachTap(spec, op.input().shape(), op.outputGradient().shape(), (input, tap, output) -> {
            for (int o = 0; o < channels; o++) {
                double gradient = dy[output + o];
                int pixel = input + o / outputs * inputs;
                int row = (tap * channels + o) * inputs;
                for (int i = 0; i < inputs; i++) {
                    dw[row + i] += gradient * x[pixel + i];
                }
            }
        });
        double[] to = program.values(op.weightsGradient()); // (O, I / groups, K, K)
        System.arraycopy(transposed(dw, taps, channels * inputs), 0, to, 0, to.length);
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

    /**
     * Calls {@code products} for every output pixel (n, p, q) and every tap (r, s) of its window that lies inside x, in
     * the order of n, p, q, r, s.
     */
    private static void forEachTap(ConvolutionSpec spec, Shape x, Shape y, Products products) {
        int height = x.dim(1);
        int width = x.dim(2);
        int channels = x.dim(3);
        int output = 0;
        for (int n = 0; n < y.dim(0); n++) {
            for (int p = 0; p < y.dim(1); p++) {
                for (int q = 0; q < y.dim(2); q++) {
                    for (int tap = 0; tap < spec.kernel() * spec.kernel(); tap++) {
                        int row = p * spec.stride() - spec.padding() + tap / spec.kernel() * spec.dilation();
                        int column = q * spec.stride() - spec.padding() + tap % spec.kernel() * spec.dilation();
                        if (row >= 0 && row < height && column >= 0 && column < width) {
                            products.at(((n * height + row) * width + column) * channels, tap, output);
                        }
                    }
                    output += y.dim(3);
                }
            }
        }
    }

    /**
     * Returns a matrix transposed. With the weights transposed, the innermost loops read neighbours, which makes them
     * several times as fast; no sum changes its order by it.
     *
     * @param matrix (rows, columns), row-major
     */
    private static double[] transposed(double[] matrix, int rows, int columns) {
        double[] to = new double[matrix.length]; // (columns, rows)
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                to[c * rows + r] = matrix[r * columns + c];
            }
        }
        return to;
    }
}
