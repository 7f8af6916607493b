package dev.lethe.stress;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The methods of trackers in memory that belong to one state. Actors of jcstress must not throw checked exceptions, and
 * such a tracker has no reason to: here they become unchecked.
 */
final class SmallTracker {
    /** The number of examples: two words of a plane, and enough that recording all takes about as long as a commit. */
    static final int EXAMPLES = 2 * Long.SIZE;

    private SmallTracker() {}

    /** Makes a tracker with room for two epochs. */
    static ForgettingTracker create() {
        return ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2));
    }

    /** Commits an epoch: see {@link ForgettingTracker#commitEpoch}. */
    static int commit(ForgettingTracker tracker) {
        try {
            return tracker.commitEpoch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Discards an epoch: see {@link ForgettingTracker#discardEpoch}. */
    static void discard(ForgettingTracker tracker) {
        try {
            tracker.discardEpoch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the history: see {@link ForgettingTracker#history}. */
    static History history(ForgettingTracker tracker) {
        try {
            return tracker.history();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes a tracker: see {@link ForgettingTracker#close}. */
    static void close(ForgettingTracker tracker) {
        try {
            tracker.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
