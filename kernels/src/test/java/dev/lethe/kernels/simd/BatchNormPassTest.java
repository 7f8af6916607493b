package dev.lethe.kernels.simd;

import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.BatchNormSpec.Statistics;
import dev.lethe.kernels.op.BatchNormTensors;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batch normalisation by two workers, whose passes share statistics and sums. */
class BatchNormPassTest extends PassTest {
    private static final int BATCH = 5; // of which the first worker has three

    private BatchNormOp.Forward forward;
    private BatchNormOp.Backward backward;
    private boolean added;

    private static Tensor channels(String name, Role role, int channels) {
        return tensor(name, role, Shape.of(channels));
    }

    private void prepare(DType type, int side, int channels, BatchNormSpec spec, Activation activation,
            boolean residual, boolean twoGradients) {
        Tensor x = activation("input", type, BATCH, side, side, channels);
        forward = new BatchNormOp.Forward(spec, x,
                new BatchNormTensors(channels("scale", Role.PARAMETER, channels),
                        channels("shift", Role.PARAMETER, channels), channels("mean", Role.STATE, channels),
                        channels("variance", Role.STATE, channels)),
                residual ? Optional.of(activation("residual", type, BATCH, side, side, channels)) : Optional.empty(),
                activation, activation("output", type, BATCH, side, side, channels));
        List<Tensor> gradients = List.of(activation("first", type, BATCH, side, side, channels),
                activation("second", type, BATCH, side, side, channels));
        backward = new BatchNormOp.Backward(forward, twoGradients ? gradients : gradients.subList(0, 1),
                activation("inputGradient", type, BATCH, side, side, channels),
                residual
                        ? Optional.of(activation("residualGradient", type, BATCH, side, side, channels))
                        : Optional.empty(),
                channels("scaleGradient", Role.GRADIENT, channels), channels("shiftGradient", Role.GRADIENT, channels));
        added = residual || twoGradients;
        Random random = new Random(channels);
        float[] values = new float[Math.toIntExact(x.shape().elements())];
        for (int i = 0; i < values.length; i++) { // far from zero: a naive variance would lose most digits
            values[i] = 20 + (float) random.nextGaussian();
        }
        float[] variances = new float[channels];
        Arrays.fill(variances, 1.5f);
        reference(new OpRunner(BATCH, forward, backward).input(x, values)
                .input(forward.tensors().runningVariance(), variances).randomInputs(9), 0);
    }

    /** Returns the first byte of a worker's part of a tensor. */
    private long at(Tensor tensor, int worker) {
        return at(tensor) + (worker == 0 ? 0 : 3 * tensor.shape().elementsPerExample() * tensor.dtype().bytes());
    }

    private long pixels(int worker) {
        return forward.input().shape().elementsPerExample() / forward.tensors().channels() * (worker == 0 ? 3 : 2);
    }

    private void normalise(BatchNormPass[] passes, double[][] partials) {
        BatchNormTensors tensors = forward.tensors();
        boolean ofBatch = forward.spec().statistics() == Statistics.BATCH;
        for (int worker = 0; worker < 2; worker++) {
            if (ofBatch) {
                passes[worker].moments(memory(), at(forward.input(), worker), pixels(worker), partials[worker]);
            }
        }
        for (int worker = 0; worker < 2; worker++) {
            if (ofBatch) {
                passes[worker].statistics().useBatch(partials);
            } else {
                passes[worker].statistics().useRunning(memory(), at(tensors.runningMean()),
                        at(tensors.runningVariance()));
            }
            int part = worker;
            passes[worker].normalise(memory(), at(tensors.scale()), at(tensors.shift()), memory(),
                    at(forward.input(), worker), forward.residual().map(r -> at(r, part)).orElse(-1L),
                    at(forward.output(), worker), pixels(worker));
        }
        if (ofBatch) {
            passes[0].statistics().updateRunning(memory(), at(tensors.runningMean()), at(tensors.runningVariance()),
                    pixels(0) + pixels(1));
        }
    }

    private void differentiate(BatchNormPass[] normalised, double[][] partials) {
        BatchNormGradientPass[] passes = {new BatchNormGradientPass(normalised[0]),
                new BatchNormGradientPass(normalised[1])};
        Tensor masked = added
                ? backward.residualGradient().orElse(backward.inputGradient())
                : backward.outputGradients().getFirst();
        for (int worker = 0; worker < 2; worker++) {
            long input = at(forward.input(), worker);
            long first = at(backward.outputGradients().getFirst(), worker);
            if (added) {
                long second = backward.outputGradients().size() == 2
                        ? at(backward.outputGradients().getLast(), worker)
                        : -1;
                passes[worker].gradientSums(memory(), input, at(forward.output(), worker), first, second,
                        at(masked, worker), pixels(worker), partials[worker]);
            } else {
                passes[worker].gradientSums(memory(), input, first, pixels(worker), partials[worker]);
            }
        }
        boolean ofBatch = forward.spec().statistics() == Statistics.BATCH;
        double[] sums = new double[partials[0].length];
        Arrays.setAll(sums, i -> partials[0][i] + partials[1][i]);
        passes[0].parameterGradients(sums, memory(), at(backward.scaleGradient()), at(backward.shiftGradient()));
        for (int worker = 0; worker < 2; worker++) {
            passes[worker].inputGradient(ofBatch ? partials : new double[0][], memory(), at(forward.input(), worker),
                    at(masked, worker), added, at(backward.inputGradient(), worker), pixels(worker));
        }
    }

    @ParameterizedTest
    @CsvSource({"F32,1,1,false,false", "F32,3,16,true,false", "F32,4,33,true,true", "F32,9,24,false,true",
            "F32,7,19,false,false", "F32,9,64,false,false", "BF16,3,17,false,false", "BF16,5,32,true,true"})
    void shouldNormaliseAndDifferentiate(DType type, int side, int channels, boolean residual, boolean twoGradients) {
        for (Activation activation : Activation.values()) {
            for (BatchNormSpec spec : List.of(BatchNormSpec.standard(), new BatchNormSpec(1e-3, 0.4, Statistics.BATCH),
                    BatchNormSpec.standard().running())) {
                prepare(type, side, channels, spec, activation, residual, twoGradients);
                BatchNormPass[] passes = {new BatchNormPass(spec, channels, activation, type),
                        new BatchNormPass(spec, channels, activation, type)};
                double[][] partials = new double[2][BatchNormPass.partialLength(channels)];
                normalise(passes, partials);
                differentiate(passes, partials);
                long terms = 40_000; // the mean is 20 times the deviation, so that rounding of inputs counts as much
                assertAgrees(terms, forward.output(), backward.inputGradient());
                assertAgrees(type, terms, backward.scaleGradient());
                assertAgrees(type, terms, backward.shiftGradient());
                backward.residualGradient().ifPresent(gradient -> assertAgrees(terms, gradient));
                if (spec.statistics() == Statistics.BATCH) {
                    assertAgrees(terms, forward.tensors().runningMean(), forward.tensors().runningVariance());
                }
            }
        }
    }
}
