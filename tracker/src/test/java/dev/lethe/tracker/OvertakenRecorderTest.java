package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorders that a commit overtakes, at the worst moment: while the commit is between two of its writes. */
class OvertakenRecorderTest {

    /** A medium in memory whose every write is followed by the work of a recorder. */
    private static final class OvertakingMedium extends ForwardingMedium {
        private Runnable meanwhile = () -> {};

        OvertakingMedium(TrackerSpec spec) throws IOException {
            super(spec);
            format(spec);
        }

        @Override
        public void write(long offset, MemorySegment bytes) throws IOException {
            super.write(offset, bytes);
            meanwhile.run();
        }

        @Override
        public void force() {
            meanwhile.run();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 1_000, 200_000}) // the last has sums of several pieces
    void shouldLeaveAHistoryThatOpensWhateverIsAddedToTheSumsMeanwhile(int examples) throws IOException {
        TrackerSpec spec = TrackerSpec.of(examples, 2);
        OvertakingMedium medium = new OvertakingMedium(spec);
        int[] next = {examples};
        try (ForgettingTracker tracker = ForgettingTracker.on(medium, spec)) {
            tracker.record(0, true, 1, 1, 1, 1);
            medium.meanwhile = () -> tracker.record(--next[0], true, 1, 1, 1, 1);
            tracker.commitEpoch();
            medium.meanwhile = () -> {};
            try (History history = tracker.history()) {
                assertTrue(history.seen(1, 0));
                assertFalse(history.seen(1, examples - 1));
            }
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(new EpochTotals(examples - next[0], examples - next[0], false), history.totals(2));
                assertEquals(1, history.sum(RunningSum.LOSS, examples - 1));
            }
        }
    }
}
