package dev.lethe.stress;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The examples of one state, of a tracker that up to {@value #LANES} states share: whole words of each plane, and whole
 * cache lines of states, that no other state touches. A tracker for every state would cost some 60 microseconds, nearly
 * all of it for closing its memory, where two racing calls take 20 nanoseconds; with lanes, jcstress sees thousands of
 * times more races.
 * <p>
 * The constructor of a state takes the {@link #next} lane. jcstress runs the actors of all states that it has made
 * before the arbiter of any. So the first arbiter commits the epoch and opens its history, for all, and the last one
 * closes both. Were jcstress to change that, presentations would be missing and tests fail: none would pass by mistake.
 */
final class Lane {
    /** The number of examples of a lane, whose ids are consecutive. */
    static final int EXAMPLES = 3 * Long.SIZE;
    /** The number of lanes of a tracker. */
    static final int LANES = 128;

    private static @Nullable Road open;

    private final Road road;
    private final int first;

    private Lane(Road road, int first) {
        this.road = road;
        this.first = first;
    }

    /** A tracker and its lanes that were taken. */
    private static final class Road {
        private final ForgettingTracker tracker = ForgettingTracker
                .inMemory(TrackerSpec.of(LANES * EXAMPLES, 1));
        private int taken;
        private int left;
        private @Nullable History history;

        synchronized History history() {
            if (history == null) {
                SmallTracker.commit(tracker);
                history = SmallTracker.history(tracker);
            }
            return history;
        }

        synchronized void leave() {
            left++;
            if (left == taken) {
                history().close();
                SmallTracker.close(tracker);
            }
        }
    }

    /** Takes a lane that no other state has. */
    static synchronized Lane next() {
        if (open == null || open.taken == LANES) {
            open = new Road();
        }
        return new Lane(open, EXAMPLES * open.taken++);
    }

    private static synchronized History commit(Road road) {
        if (open == road) {
            open = null;
        }
        return road.history();
    }

    /** Returns the shared tracker, for recording this lane's examples. */
    ForgettingTracker tracker() {
        return road.tracker;
    }

    /** Returns the id of example {@code i} of this lane. */
    int example(int i) {
        return first + i;
    }

    /**
     * Reads, for an arbiter, the one epoch that was recorded. It is called once; afterwards the tracker may be closed.
     */
    void read(Consumer<History> arbiter) {
        arbiter.accept(commit(road));
        road.leave();
    }
}
