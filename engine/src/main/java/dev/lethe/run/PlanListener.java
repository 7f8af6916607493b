package dev.lethe.run;

import dev.lethe.train.TrainingListener;

/** Watches a study. Its methods are called by the threads that train, of which there may be several. */
public interface PlanListener {
    /**
     * A run begins, or goes on.
     *
     * @return watches the run, from one thread; closed when it ends, however it does
     */
    RunListener runStarted(RunNotice run);

    /**
     * Something is to be said that is no failure: an image was skipped, finished runs are used again.
     *
     * @param sentence for the user
     */
    default void noticed(String sentence) {
        // who only watches runs need not hear
    }

    /**
     * What is said of a run when it begins.
     *
     * @param label what tells it from the other runs of its study, in a few words
     * @param number from 1
     * @param runs to be trained
     * @param epochs of the run
     */
    record RunNotice(String label, int number, int runs, int epochs) {}

    /** Watches one run. */
    interface RunListener extends TrainingListener, AutoCloseable {
        /**
         * Hears that the run continues from a checkpoint, before its first step.
         *
         * @param epochs that were trained before
         * @param examples presentations of an epoch
         */
        default void resumed(int epochs, int examples) {
            // only a display of progress must know
        }

        @Override
        void close();
    }

    /** Watches nothing. */
    PlanListener NONE = _ -> () -> {};
}
