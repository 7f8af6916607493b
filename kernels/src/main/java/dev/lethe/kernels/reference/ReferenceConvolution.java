package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Arrays;

/**
 * Direct convolution:
 * {@code y[n,p,q,o] = b[o] + sum over i,r,s of x[n,row,column,i] w[o,i,r,s]} with
 * {@code row = p * stride - padding + r * dilation}, {@code column = q * stride - padding + s * dilation}.
 */
final class ReferenceConvolution {
    private ReferenceConvolution() {}

    /** Called once for every product in the sum, with the indices of its three factors. */
    @FunctionalInterface
    private interface Product {
        void at(int input, int weight, int output);
    }

    static void forward(ReferenceProgram program, ConvolutionOp.Forward op) {
        double[] x = program.values(op.input());
        double[] w = program.values(op.weights());
        double[] y = program.values(op.output());
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

    static void backwardData(ReferenceProgram program, ConvolutionOp.BackwardData op) {
        double[] dy = program.values(op.outputGradient());
        double[] w = program.values(op.weights());
        double[] dx = program.values(op.inputGradient());
        Arrays.fill(dx, 0);
        forEachProduct(op.spec(), op.inputGradient(), op.outputGradient(), (i, k, o) -> dx[i] += dy[o] * w[k]);
    }

    static void backwardWeights(ReferenceProgram program, ConvolutionOp.BackwardWeights op) {
        double[] x = program.values(op.input());
        double[] dy = program.values(op.outputGradient());
        double[] dw = program.values(op.weightsGradient());
        Arrays.fill(dw, 0);
        forEachProduct(op.spec(), op.input(), op.outputGradient(), (i, k, o) -> dw[k] += x[i] * dy[o]);
        op.biasGradient().ifPresent(bias -> sumOverAllButLast(dy, program.values(bias)));
    }

    static void backwardBias(ReferenceProgram program, ConvolutionOp.BackwardBias op) {
        sumOverAllButLast(program.values(op.outputGradient()), program.values(op.biasGradient()));
    }

    static void sumOverAllButLast(double[] values, double[] sums) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < values.length; i++) {
            sums[i % sums.length] += values[i];
        }
    }

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

    @FunctionalInterface
    private interface Tap {
        void at(int input, int weight);
    }

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
