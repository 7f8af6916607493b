package dev.lethe.study;

import dev.lethe.train.TrainingListener;

/** Watches a study, from the thread that runs it. */
public interface StudyListener {
    /**
     * A run begins.
     *
     * @param seed of the run
     * @param run index, from 1
     * @param runs in the study
     * @return watches the run; closed when it ends, however it does
     */
    RunListener runStarted(long seed, int run, int runs);

    /**
     * Something is to be said that is no failure: an image was skipped, decoded images cannot be kept.
     *
     * @param sentence for the user
     */
    default void noticed(String sentence) {
        // who only watches runs need not hear
    }

    /** Watches one run. */
    interface RunListener extends TrainingListener, AutoCloseable {
        @Override
        void close();
    }

    /** Watches nothing. */
    StudyListener NONE = (_, _, _) -> () -> {};
}
