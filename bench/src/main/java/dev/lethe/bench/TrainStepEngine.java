package dev.lethe.bench;

/**
 * A library's training of one network. It holds the weights, the optimizer's state and the prepared batches in the
 * library's own form, so that a step does only the work of a training loop over tensors in memory.
 *
 * <p>Not thread-safe: create, step and close it on one thread, since some libraries keep their thread count per thread.
 */
public interface TrainStepEngine extends AutoCloseable {
    /**
     * Makes a whole training step on the next prepared batch, from batch 0 on and in rounds: feeds the batch, runs
     * forward, loss, backward and update, and reads the loss. On a device, which would be idle while the host waits for
     * each loss, the loss is read once in a round.
     *
     * @return mean loss of the batch before the update; on a device, that of the first step or of the last step of the
     *        last round
     * @throws IllegalStateException after {@link #close()}
     */
    float step();

    /** Frees what the engine holds; idempotent. */
    @Override
    void close();
}
