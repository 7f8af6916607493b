package dev.lethe.train;

/** Watches a training run, from the thread that trains: whatever it does is time not spent training. */
public interface TrainingListener {
    /** Watches nothing. */
    TrainingListener NONE = new TrainingListener() {
    };

    /**
     * A step is done, or given to a device that will do it.
     *
     * @param epoch from 1
     * @param presentations made in this epoch so far
     * @param meanLoss of the presentations of this epoch so far; NaN where results are not in host memory, as nobody
     *        knows it before the epoch ends
     */
    default void stepDone(int epoch, int presentations, double meanLoss) {}

    /** An epoch is done and committed. */
    default void epochDone(EpochMetrics metrics) {}
}
