package dev.lethe.bench;

import dev.lethe.kernels.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What an engine is to train: the same network from the same weights on the same batches, whatever the library.
 *
 * @param model   the network and its optimizer
 * @param dtype   type of the activations
 * @param threads threads a step may keep busy, at least 1
 * @param weights the weights before the first step
 * @param batches the batches, visited in order, round and round
 */
public record TrainStepTask(BenchmarkModel model, DType dtype, int threads, InitialWeights weights,
        PreparedBatches batches) {
    private static final long WEIGHTS_SEED = 1;
    private static final long BATCHES_SEED = 2;

    /** Enough that the images of a batch have left the core's own caches when it comes round again. */
    private static final int BATCHES = 32;

    public TrainStepTask {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(dtype, "dtype");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(batches, "batches");
        if (threads < 1) {
            throw new IllegalArgumentException("threads=" + threads + ": at least 1 is needed");
        }
    }

    /** The task every benchmark sets: fixed seeds, 32 batches of {@code batch} images. */
    public static TrainStepTask seeded(BenchmarkModel model, DType dtype, int batch, int threads) {
        return new TrainStepTask(model, dtype, threads, InitialWeights.seeded(model, WEIGHTS_SEED),
                PreparedBatches.seeded(model, BATCHES, batch, BATCHES_SEED));
    }

    /**
     * For engines that cannot train in every type.
     *
     * @throws IllegalArgumentException if the task's type is not among the supported ones, naming them
     */
    public void requireDtype(String engine, DType... supported) {
        List<DType> choices = Arrays.asList(supported);
        if (!choices.contains(dtype)) {
            throw new IllegalArgumentException(
                    "dtype=" + dtype + " is not supported by engine=" + engine + "; it trains in " + choices);
        }
    }
}
