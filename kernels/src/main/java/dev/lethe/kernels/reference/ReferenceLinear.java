package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Arrays;

/** Fully connected layers: {@code y[n,o] = b[o] + sum over i of x[n,i] w[o,i]}. */
final class ReferenceLinear {
    private ReferenceLinear() {}

    static void forward(ReferenceProgram program, LinearOp.Forward op) {
        double[] x = program.values(op.input());
        double[] w = program.values(op.weights());
        double[] y = program.values(op.output());
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

    static void backwardData(ReferenceProgram program, LinearOp.BackwardData op) {
        double[] dy = program.values(op.outputGradient());
        double[] w = program.values(op.weights());
        double[] dx = program.values(op.inputGradient());
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

    static void backwardWeights(ReferenceProgram program, LinearOp.BackwardWeights op) {
        double[] x = program.values(op.input());
        double[] dy = program.values(op.outputGradient());
        double[] dw = program.values(op.weightsGradient());
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

    /** The weight column of each input element: (H, W, C) in memory, (C, H, W) in the weights. */
    private static int[] columns(Tensor input) {
        Shape shape = input.shape();
        int[] columns = new int[Math.toIntExact(shape.elementsPerExample())];
        int channels = shape.rank() == 4 ? shape.dim(3) : 1;
        int pixels = columns.length / channels;
        for (int i = 0; i < columns.length; i++) {
            columns[i] = i % channels * pixels + i / channels;
        }
        return columns;
    }
}
