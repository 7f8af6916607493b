package dev.lethe.train;

/** Observer of a training run. It is called by the thread that trains, which waits for it. */
public interface TrainingListener {
    /** Listener that ignores everything. */
    TrainingListener NONE = new TrainingListener() {
    };

    /**
     * Is told that a step is done, or queued on a device.
     *
     * @param epoch number of the epoch, from 1
     * @param presentations number of presentations of this epoch so far
     * @param meanLoss mean loss of these presentations; NaN if results are not in host memory, as it is not known
     *        before the epoch ends
     */
    default void stepDone(int epoch, int presentations, double meanLoss) {}

    /** Is told that an epoch is trained, committed and tested. */
    default void epochDone(EpochMetrics metrics) {}
}
