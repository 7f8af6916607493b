package dev.lethe.bench;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A tracker in memory that never fills up: when its epochs are used up, it is replaced by an empty one. */
final class EpochTracker implements AutoCloseable {
    private static final int EPOCHS = 1_000;

    private final TrackerSpec spec;
    private ForgettingTracker tracker;

    EpochTracker(int examples) {
        spec = TrackerSpec.of(examples, EPOCHS);
        tracker = ForgettingTracker.inMemory(spec);
    }

    ForgettingTracker tracker() {
        return tracker;
    }

    void commit() {
        try {
            if (tracker.commitEpoch() == EPOCHS) {
                tracker.close();
                tracker = ForgettingTracker.inMemory(spec);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a history in memory could not be committed", e);
        }
    }

    @Override
    public void close() {
        try {
            tracker.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a history in memory could not be closed", e);
        }
    }
}
