package dev.lethe.run.execute;

import dev.lethe.run.PlanListener;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.TrainingListener;
import java.time.Duration;

/**
 * A run as its procedure sees it while it trains.
 *
 * @param watcher watcher of steps and epochs
 * @param supervisor executor, which decides before each epoch whether it is trained, and hears when all memory is taken
 * @param checkpointInterval least time between two checkpoints
 */
record SupervisedRun(PlanListener.RunListener watcher, RunTrainer.Supervisor supervisor, Duration checkpointInterval)
        implements TrainingListener {
    /** Says whether to train another epoch. */
    boolean proceeds() {
        return supervisor.proceeds();
    }

    /**
     * Tells the watcher that the run continues from a checkpoint.
     *
     * @param epochs number of epochs that are trained already
     * @param examples number of presentations of an epoch
     */
    void resumed(int epochs, int examples) {
        watcher.resumed(epochs, examples);
    }

    @Override
    public void stepDone(int epoch, int presentations, double meanLoss) {
        watcher.stepDone(epoch, presentations, meanLoss);
    }

    @Override
    public void epochDone(EpochMetrics metrics) {
        supervisor.hasTakenItsMemory(); // also what tests take
        watcher.epochDone(metrics);
    }
}
