package dev.lethe.bench;

import dev.lethe.kernels.tensor.DType;
import java.util.Objects;

/**
 * A task for an engine: the same network from the same weights on the same batches for every library.
 *
 * @param model network with its optimizer
 * @param dtype   type of the activations
 * @param threads number of threads that a step may keep busy, at least 1
 * @param weights weights before the first step
 * @param batches batches, visited in order, in rounds
 */
public record TrainStepTask(BenchmarkModel model, DType dtype, int threads, InitialWeights weights,
        PreparedBatches batches) {
    private static final long WEIGHTS_SEED = 1;
    private static final long BATCHES_SEED = 2;

    /** The bytes of images that are enough to evict a batch from the caches before its next turn. */
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

    /**
     * Returns the task of every benchmark: fixed seeds, 4 to 32 batches of {@code batch} images, fewer of larger ones.
     */
    public static TrainStepTask seeded(BenchmarkModel model, DType dtype, int batch, int threads) {
        return new TrainStepTask(model, dtype, threads, InitialWeights.seeded(model, WEIGHTS_SEED),
                PreparedBatches.seeded(model, batches(model, batch), batch, BATCHES_SEED));
    }

    static int batches(BenchmarkModel model, int batch) {
        long batchBytes = Math.max(1, (long) batch * model.imageSize() * Float.BYTES);
        return Math.clamp(BYTES / batchBytes, LEAST_BATCHES, MOST_BATCHES);
    }

    /** Returns the optimizer of the parameters. */
    public OptimizerSetting optimizer() {
        return model.optimizer(batches.batchSize());
    }
}
