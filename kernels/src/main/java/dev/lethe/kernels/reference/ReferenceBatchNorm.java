package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.BatchNormSpec.Statistics;
import java.util.Arrays;

/**
 * Batch normalisation, joined with the residual and the activation f that may follow it. Channel by channel, over the
 * {@code M = N * H * W} elements of a channel (M = N for an input of rank 2):
 *
 * <pre>
 * forward   mean  = sum(x) / M                                    (or the running mean)
 *           var   = sum((x - mean)^2) / M                         (or the running variance)
 *           sigma = sqrt(var + epsilon)
 *           xhat  = (x - mean) / sigma
 *           y     = f(gamma * xhat + beta + residual)
 *           runningMean     = (1 - m) * runningMean     + m * mean
 *           runningVariance = (1 - m) * runningVariance + m * var * M / max(1, M - 1)
 * backward  dz        = f'(z) * dy, the sum of all output gradients in place of dy; f'(z) = [y &gt; 0] for ReLU
 *           dresidual = dz
 *           dbeta     = sum(dz)
 *           dgamma    = sum(dz * xhat)
 *           dx        = gamma / sigma * (dz - dbeta / M - xhat * dgamma / M)
 *           dx        = gamma / sigma * dz                        (with running statistics, which are constants)
 * </pre>
 *
 * Shapes: x, y, residual, xhat and their gradients are (N, H, W, C) or (N, C); gamma (scale), beta (shift), mean, var,
 * sigma and the running statistics are (C).
 */
final class ReferenceBatchNorm {
    private ReferenceBatchNorm() {}

    /**
     * Mean and variance of each channel: the batch's, whose variance is divided by M, or the running ones.
     *
     * @param mean (C)
     * @param variance (C)
     */
    private record Moments(double[] mean, double[] variance) {
        /** Returns {@code sigma = sqrt(var + epsilon)}, (C). */
        double[] sigma(double epsilon) {
            return Arrays.stream(variance).map(v -> Math.sqrt(v + epsilon)).toArray();
        }

        static Moments of(ReferenceProgram program, BatchNormOp.Forward op) {
            if (op.spec().statistics() == Statistics.RUNNING) {
                return new Moments(program.values(op.tensors().runningMean()),
                        program.values(op.tensors().runningVariance()));
            }
            double[] x = program.values(op.input());
            int channels = op.tensors().channels();
            int count = x.length / channels;
            double[] mean = new double[channels]; // (C)
            for (int i = 0; i < x.length; i++) {
                mean[i % channels] += x[i] / count;
            }
            double[] variance = new double[channels]; // (C)
            for (int i = 0; i < x.length; i++) {
                double deviation = x[i] - mean[i % channels];
                variance[i % channels] += deviation * deviation / count;
            }
            return new Moments(mean, variance);
        }
    }

    /** Computes {@code y = f(gamma * (x - mean) / sigma + beta + residual)} and updates the running statistics. */
    static void forward(ReferenceProgram program, BatchNormOp.Forward op) {
        double[] x = program.values(op.input()); // (N, H, W, C)
        double[] y = program.values(op.output()); // (N, H, W, C)
        double[] gamma = program.values(op.tensors().scale()); // (C)
        double[] beta = program.values(op.tensors().shift()); // (C)
        double[] residual = op.residual().map(program::values).orElse(new double[x.length]); // (N, H, W, C)
        int channels = gamma.length;
        Moments moments = Moments.of(program, op);
        double[] sigma = moments.sigma(op.spec().epsilon());
        for (int i = 0; i < x.length; i++) {
            int c = i % channels;
            double z = gamma[c] * (x[i] - moments.mean[c]) / sigma[c] + beta[c] + residual[i];
            y[i] = op.activation() == Activation.RELU ? Math.max(0, z) : z;
        }
        if (op.spec().statistics() == Statistics.BATCH) {
            double count = (double) x.length / channels;
            update(program.values(op.tensors().runningMean()), moments.mean, op.spec().momentum());
            double[] unbiased = Arrays.stream(moments.variance).map(v -> v * count / Math.max(1, count - 1)).toArray();
            update(program.values(op.tensors().runningVariance()), unbiased, op.spec().momentum());
        }
    }

    /** Computes {@code running = (1 - momentum) * running + momentum * batch}, both (C). */
    private static void update(double[] running, double[] batch, double momentum) {
        for (int c = 0; c < running.length; c++) {
            running[c] = (1 - momentum) * running[c] + momentum * batch[c];
        }
    }

    /**
     * Computes {@code dbeta = sum(dz)}, {@code dgamma = sum(dz * xhat)} and
     * {@code dx = gamma / sigma * (dz - (dbeta + xhat * dgamma) / M)}.
     */
    static void backward(ReferenceProgram program, BatchNormOp.Backward op) {
        double[] x = program.values(op.forward().input()); // (N, H, W, C)
        double[] gamma = program.values(op.forward().tensors().scale()); // (C)
        double[] dx = program.values(op.inputGradient()); // (N, H, W, C)
        double[] dgamma = program.values(op.scaleGradient()); // (C)
        double[] dbeta = program.values(op.shiftGradient()); // (C)
        int channels = gamma.length;
        double count = (double) x.length / channels; // M
        Moments moments = Moments.of(program, op.forward());
        double[] sigma = moments.sigma(op.forward().spec().epsilon());
        double[] dz = beforeActivation(program, op); // (N, H, W, C)
        double[] xhat = new double[x.length]; // (N, H, W, C)
        Arrays.fill(dgamma, 0);
        Arrays.fill(dbeta, 0);
        for (int i = 0; i < x.length; i++) {
            int c = i % channels;
            xhat[i] = (x[i] - moments.mean[c]) / sigma[c];
            dgamma[c] += dz[i] * xhat[i];
            dbeta[c] += dz[i];
        }
        op.residualGradient().ifPresent(g -> System.arraycopy(dz, 0, program.values(g), 0, dz.length));
        boolean ofBatch = op.forward().spec().statistics() == Statistics.BATCH;
        for (int i = 0; i < x.length; i++) {
            int c = i % channels;
            double throughStatistics = ofBatch ? (dbeta[c] + xhat[i] * dgamma[c]) / count : 0;
            dx[i] = gamma[c] / sigma[c] * (dz[i] - throughStatistics);
        }
    }

    /** Returns {@code dz = f'(z) * dy} of (N, H, W, C), with the sum of all output gradients in place of dy. */
    private static double[] beforeActivation(ReferenceProgram program, BatchNormOp.Backward op) {
        double[] y = program.values(op.forward().output()); // (N, H, W, C)
        double[] dz = new double[y.length]; // (N, H, W, C)
        for (int i = 0; i < y.length; i++) {
            boolean flat = op.forward().activation() == Activation.RELU && !(y[i] > 0);
            for (var gradient : op.outputGradients()) {
                dz[i] += flat ? 0 : program.values(gradient)[i];
            }
        }
        return dz;
    }
}
