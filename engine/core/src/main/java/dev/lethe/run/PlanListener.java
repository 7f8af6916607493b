package dev.lethe.run;

import dev.lethe.train.TrainingListener;

/**
 * Listener to the training of a plan. Its methods are called by the threads that train, of which there may be several.
 */
public interface PlanListener {
    /**
     * Hears that a run begins or continues.
     *
     * @return watcher of the run, called by one thread and closed when the run ends, also by a failure
     */
    RunListener runStarted(RunNotice run);

    /**
     * Hears a notice that is no failure: an image was skipped, finished runs are used again.
     *
     * @param sentence notice to the user
     */
    default void noticed(String sentence) {
        // who only watches runs need not hear
    }

    /**
     * Description of a run that begins.
     *
     * @param label few words that tell it from the other runs of its study
     * @param number number of the run, from 1
     * @param runs number of runs to be trained
     * @param epochs number of epochs of the run
     */
    record RunNotice(String label, int number, int runs, int epochs) {}

    /** Watcher of one run. */
    interface RunListener extends TrainingListener, AutoCloseable {
        /**
         * Hears that the run continues from a checkpoint, before its first step.
         *
         * @param epochs epochs that were trained before
         * @param examples number of presentations of an epoch
         */
        default void resumed(int epochs, int examples) {
            // only a display of progress must know
        }

        @Override
        void close();
    }

    /** Listener that ignores everything. */
    PlanListener NONE = _ -> () -> {};
}
