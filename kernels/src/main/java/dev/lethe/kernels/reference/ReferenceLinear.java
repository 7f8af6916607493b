package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Arrays;

/**
 * Fully connected layers:
 *
 * <pre>
 * forward   y[n,o]  = f(b[o] + sum over i of x[n,i] * w[o,i])
 * backward  dx[n,i] = sum over o of dy[n,o] * w[o,i]
 *           dw[o,i] = sum over n of dy[n,o] * x[n,i]
 *           db[o]   = sum over n of dy[n,o]
 * </pre>
 *
 * with the activation f. Shapes: x (N, I), w (O, I), b (O), y (N, O), each gradient as its tensor. An input of
 * (N, H, W, C) is read in the order (C, H, W), as PyTorch flattens an image: {@code i = c * H * W + row * W + column}.
 */
final class ReferenceLinear {
    private ReferenceLinear() {}

    /** Computes {@code y = f(x * transpose(w) + b)}. */
    static void forward(ReferenceProgram program, LinearOp.Forward op) {
        double[] x = program.values(op.input()); // (N, I), or (N, H, W, C)
        double[] w = program.values(op.weights()); // (O, I)
        double[] y = program.values(op.output()); // (N, O)
        int batch = op.output().shape().dim(0);
        int outputs = op.output().shape().dim(1);
        int[] columns = columns(op.input());
        for (int n = 0; n < batch; n++) {
            for (int o = 0; o < outputs; o++) {
                double sum = op.bias().isPresent() ? program.values(op.bias().get())[o] : 0;
                for (int i = 0; i < columns.length; i++) {
                    sum += x[n * columns.length + i] * w[o * columns.length + columns[i]];
                }
                y[n * outputs + o] = sum;
            }
        }
        if (op.activation() == Activation.RELU) {
            ReferenceRelu.clamp(y, y);
        }
    }

    /** Computes {@code dx = dy * w}. */
    static void backwardData(ReferenceProgram program, LinearOp.BackwardData op) {
        double[] dy = program.values(op.outputGradient()); // (N, O)
        double[] w = program.values(op.weights()); // (O, I)
        double[] dx = program.values(op.inputGradient()); // (N, I), or (N, H, W, C)
        int outputs = op.outputGradient().shape().dim(1);
        int[] columns = columns(op.inputGradient());
        for (int n = 0; n < op.outputGradient().shape().dim(0); n++) {
            for (int i = 0; i < columns.length; i++) {
                double sum = 0;
                for (int o = 0; o < outputs; o++) {
                    sum += dy[n * outputs + o] * w[o * columns.length + columns[i]];
                }
                dx[n * columns.length + i] = sum;
            }
        }
    }

    /** Computes {@code dw = transpose(dy) * x} and, if there is a bias, {@code db = sum over n of dy}. */
    static void backwardWeights(ReferenceProgram program, LinearOp.BackwardWeights op) {
        double[] x = program.values(op.input()); // (N, I), or (N, H, W, C)
        double[] dy = program.values(op.outputGradient()); // (N, O)
        double[] dw = program.values(op.weightsGradient()); // (O, I)
        int outputs = op.outputGradient().shape().dim(1);
        int[] columns = columns(op.input());
        Arrays.fill(dw, 0);
        for (int n = 0; n < op.outputGradient().shape().dim(0); n++) {
            for (int o = 0; o < outputs; o++) {
                for (int i = 0; i < columns.length; i++) {
                    dw[o * columns.length + columns[i]] += dy[n * outputs + o] * x[n * columns.length + i];
                }
            }
        }
        op.biasGradient().ifPresent(bias -> ReferenceConvolution.sumOverAllButLast(dy, program.values(bias)));
    }

    /** Returns the weight column i of each input element: (H, W, C) in memory, (C, H, W) in the weights. */
    private static int[] columns(Tensor input) {
        Shape shape = input.shape();
        int[] columns = new int[Math.toIntExact(shape.elementsPerExample())]; // (H, W, C) row-major
        int channels = shape.rank() == 4 ? shape.dim(3) : 1;
        int pixels = columns.length / channels;
        for (int i = 0; i < columns.length; i++) {
            columns[i] = i % channels * pixels + i / channels;
        }
        return columns;
    }
}
