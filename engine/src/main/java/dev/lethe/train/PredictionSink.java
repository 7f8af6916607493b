package dev.lethe.train;

import java.io.IOException;

/** Receives every presentation of a training run, in order, from one thread. */
public interface PredictionSink {
    /** Keeps nothing. */
    PredictionSink NONE = new PredictionSink() {
        @Override
        public void record(PredictionColumns columns, int first, int count) {
            // nothing is kept
        }

        @Override
        public void commitEpoch() {
            // nothing is kept
        }
    };

    /** Presentations [first, first + count), those of a step or of several, have been made. */
    void record(PredictionColumns columns, int first, int count);

    /**
     * All presentations of an epoch have been made at once, as far as the host can see: called in place of the other
     * method where results are not in host memory.
     */
    default void record(EpochPresentations epoch) {
        record(epoch.columns(), 0, epoch.columns().rows());
    }

    /** All presentations of an epoch have been reported. */
    void commitEpoch() throws IOException;
}
