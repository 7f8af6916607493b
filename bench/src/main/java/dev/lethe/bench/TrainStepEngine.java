package dev.lethe.bench;

/**
 * One library's way to train one network: holds the weights, the optimizer's state and the prepared batches in the
 * library's own form, so that a step does nothing that a training loop over tensors in memory would not do.
 *
 * <p>Not thread-safe: create, step and close it on one thread, as some libraries keep their thread count per thread.
 */
public interface TrainStepEngine extends AutoCloseable {
    /**
     * One whole training step on the next prepared batch, beginning with batch 0 and going round: feed the batch,
     * forward, loss, backward, update of the weights, and the loss read back: on a device, where waiting for each loss
     * would leave it idle, once a round.
     *
     * @return the mean loss of the batch before the update; on a device, that of the first step or of the last round's
     *         last
     * @throws IllegalStateException after {@link #close()}
     */
    float step();

    /** Frees what the engine holds; idempotent. */
    @Override
    void close();
}
