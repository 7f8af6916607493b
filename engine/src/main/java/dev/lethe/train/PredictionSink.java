package dev.lethe.train;

import java.io.IOException;

/** Receiver of every presentation of a training run, in order, from one thread. */
public interface PredictionSink {
    /** Sink that keeps nothing. */
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

    /** Records presentations [first, first + count), which are those of one step or several. */
    void record(PredictionColumns columns, int first, int count);

    /**
     * Records all presentations of an epoch, which a device has made; called in place of the other method if results
     * are not in host memory.
     */
    default void record(EpochPresentations epoch) {
        record(epoch.columns(), 0, epoch.columns().rows());
    }

    /** Commits an epoch, all of whose presentations have been recorded. */
    void commitEpoch() throws IOException;
}
