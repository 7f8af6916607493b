package dev.lethe.stress;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Trackers in memory that one state has to itself. Actors of jcstress must not throw checked exceptions, and such a
 * tracker has no reason to: here they become unchecked.
 */
final class SmallTracker {
    /** Examples: two words of a plane, and enough of them that recording all takes about as long as a commit. */
    static final int EXAMPLES = 2 * Long.SIZE;

    private SmallTracker() {}

    /** A tracker with room for two epochs. */
    static ForgettingTracker create() {
        return ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2));
    }

    /** See {@link ForgettingTracker#commitEpoch}. */
    static int commit(ForgettingTracker tracker) {
        try {
            return tracker.commitEpoch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** See {@link ForgettingTracker#history}. */
    static History history(ForgettingTracker tracker) {
        try {
            return tracker.history();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** See {@link ForgettingTracker#close}. */
    static void close(ForgettingTracker tracker) {
        try {
            tracker.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
