package dev.lethe.kernels.reference;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.BatchNormSpec.Statistics;
import java.util.Arrays;

/** Batch normalisation with what it is joined with: a residual and an activation. */
final class ReferenceBatchNorm {
    private ReferenceBatchNorm() {}

    /** Mean and biased variance of each channel, of the batch or the running ones. */
    private record Moments(double[] mean, double[] variance) {
        static Moments of(ReferenceProgram program, BatchNormOp.Forward op) {
            if (op.spec().statistics() == Statistics.RUNNING) {
                return new Moments(program.values(op.tensors().runningMean()),
                        program.values(op.tensors().runningVariance()));
            }
            double[] x = program.values(op.input());
            int channels = op.tensors().channels();
            int count = x.length / channels;
            double[] mean = new double[channels];
            for (int i = 0; i < x.length; i++) {
                mean[i % channels] += x[i] / count;
            }
            double[] variance = new double[channels];
            for (int i = 0; i < x.length; i++) {
                double deviation = x[i] - mean[i % channels];
                variance[i % channels] += deviation * deviation / count;
            }
            return new Moments(mean, variance);
        }
    }

    static void forward(ReferenceProgram program, BatchNormOp.Forward op) {
        double[] x = program.values(op.input());
        double[] y = program.values(op.output());
        double[] scale = program.values(op.tensors().scale());
        double[] shift = program.values(op.tensors().shift());
        double[] residual = op.residual().map(program::values).orElse(new double[x.length]);
        int channels = scale.length;
        Moments moments = Moments.of(program, op);
        for (int i = 0; i < x.length; i++) {
            int c = i % channels;
            double deviation = Math.sqrt(moments.variance[c] + op.spec().epsilon());
            double z = scale[c] * (x[i] - moments.mean[c]) / deviation + shift[c] + residual[i];
            y[i] = op.activation() == Activation.RELU ? Math.max(0, z) : z;
        }
        if (op.spec().statistics() == Statistics.BATCH) {
            double count = (double) x.length / channels;
            update(program.values(op.tensors().runningMean()), moments.mean, op.spec().momentum());
            double[] unbiased = Arrays.stream(moments.variance).map(v -> v * count / Math.max(1, count - 1)).toArray();
            update(program.values(op.tensors().runningVariance()), unbiased, op.spec().momentum());
        }
    }

    private static void update(double[] running, double[] batch, double momentum) {
        for (int c = 0; c < running.length; c++) {
            running[c] = (1 - momentum) * running[c] + momentum * batch[c];
        }
    }

    static void backward(ReferenceProgram program, BatchNormOp.Backward op) {
        double[] x = program.values(op.forward().input());
        double[] y = program.values(op.forward().output());
        double[] scale = program.values(op.forward().tensors().scale());
        double[] dx = program.values(op.inputGradient());
        double[] dScale = program.values(op.scaleGradient());
        double[] dShift = program.values(op.shiftGradient());
        int channels = scale.length;
        double count = (double) x.length / channels;
        Moments moments = Moments.of(program, op.forward());
        double[] dz = new double[x.length];
        double[] normalised = new double[x.length];
        Arrays.fill(dScale, 0);
        Arrays.fill(dShift, 0);
        for (int i = 0; i < x.length; i++) {
            int c = i % channels;
            boolean flat = op.forward().activation() == Activation.RELU && !(y[i] > 0);
            for (var gradient : op.outputGradients()) {
                dz[i] += flat ? 0 : program.values(gradient)[i];
            }
            normalised[i] = (x[i] - moments.mean[c]) / Math.sqrt(moments.variance[c] + op.forward().spec().epsilon());
            dScale[c] += dz[i] * normalised[i];
            dShift[c] += dz[i];
        }
        op.residualGradient().ifPresent(g -> System.arraycopy(dz, 0, program.values(g), 0, dz.length));
        boolean ofBatch = op.forward().spec().statistics() == Statistics.BATCH;
        for (int i = 0; i < x.length; i++) {
            int c = i % channels;
            double through = ofBatch ? (dShift[c] + normalised[i] * dScale[c]) / count : 0;
            dx[i] = scale[c] / Math.sqrt(moments.variance[c] + op.forward().spec().epsilon()) * (dz[i] - through);
        }
    }
}
