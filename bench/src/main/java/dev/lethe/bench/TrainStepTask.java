package dev.lethe.bench;

import dev.lethe.kernels.tensor.DType;
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

    /** Enough that the images of a batch have left the caches when it comes round again. */
    private static final int BYTES = 32 << 20;
    private static final int LEAST_BATCHES = 4;
    private static final int MOST_BATCHES = 32;

    public TrainStepTask {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(dtype, "dtype");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(batches, "batches");
        if (threads < 1) {
            throw new IllegalArgumentException("threads=" + threads + ": at least 1 is needed");
        }
    }

    /** The task every benchmark sets: fixed seeds, 4 to 32 batches of {@code batch} images, fewer of larger ones. */
    public static TrainStepTask seeded(BenchmarkModel model, DType dtype, int batch, int threads) {
        return new TrainStepTask(model, dtype, threads, InitialWeights.seeded(model, WEIGHTS_SEED),
                PreparedBatches.seeded(model, batches(model, batch), batch, BATCHES_SEED));
    }

    static int batches(BenchmarkModel model, int batch) {
        long batchBytes = Math.max(1, (long) batch * model.imageSize() * Float.BYTES);
        return Math.clamp(BYTES / batchBytes, LEAST_BATCHES, MOST_BATCHES);
    }

    /** How the parameters are updated. */
    public OptimizerSetting optimizer() {
        return model.optimizer(batches.batchSize());
    }
}
