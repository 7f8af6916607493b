package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The operations that reach the medium, their order, and the state that a failing medium leaves behind. */
class CommitProtocolTest {
    private static final RandomRun RUN = RandomRun.sampled(600, 4, 0.5, 8);
    private static final HistoryLayout LAYOUT = new HistoryLayout(600, 4);
    /** The operations of one commit: sums, both planes, force, record, force. */
    private static final int OPERATIONS = 6;
    private static final int RECORD = 4;

    /** A medium in memory that fails one operation, after writing half of it if it is a write. */
    private static final class FailingMedium extends ForwardingMedium {
        private final List<String> operations = new ArrayList<>();
        private int failAfter = Integer.MAX_VALUE;

        FailingMedium() throws IOException {
            this(RUN.spec());
        }

        FailingMedium(TrackerSpec spec) throws IOException {
            super(spec);
            format(spec);
        }

        private boolean fails(String operation) {
            operations.add(operation);
            return failAfter-- == 0;
        }

        @Override
        public void write(long offset, MemorySegment bytes) throws IOException {
            if (fails("write " + offset)) {
                super.write(offset, bytes.asSlice(0, bytes.byteSize() / 2));
                throw new IOException("No space left on device");
            }
            super.write(offset, bytes);
        }

        @Override
        public void force() throws IOException {
            if (fails("force")) {
                throw new IOException("Input/output error");
            }
        }
    }

    @Test
    void shouldWriteTheRecordAfterEverythingElseIsDurable() throws IOException {
        FailingMedium medium = new FailingMedium();
        try (ForgettingTracker tracker = ForgettingTracker.on(medium, RUN.spec())) {
            RUN.recordInto(tracker);
        }
        List<String> second = medium.operations.subList(OPERATIONS, 2 * OPERATIONS);
        assertEquals(List.of("write " + LAYOUT.sums(1), "write " + LAYOUT.correctPlane(1),
                "write " + LAYOUT.seenPlane(1), "force", "write " + LAYOUT.commit(1), "force"), second);
    }

    @Test
    void shouldNotWriteTheSeenPlaneOfAnEpochInWhichEveryExampleWasSeen() throws IOException {
        FailingMedium medium = new FailingMedium();
        try (ForgettingTracker tracker = ForgettingTracker.on(medium, RUN.spec())) {
            RandomRun.record(RandomRun.full(600, 1, 1).epochs().getFirst(), tracker);
            tracker.commitEpoch();
        }
        assertEquals(-1, medium.operations.indexOf("write " + LAYOUT.seenPlane(0)));
    }

    @Test
    void shouldKeepTheLastCommitReadableAndTheEpochCurrentWhereverACommitFails() throws IOException {
        for (int operation = 0; operation < OPERATIONS; operation++) {
            FailingMedium medium = new FailingMedium();
            try (ForgettingTracker tracker = ForgettingTracker.on(medium, RUN.spec())) {
                RandomRun.record(RUN.epochs().get(0), tracker);
                tracker.commitEpoch();
                List<Presentation> epoch = RUN.epochs().get(1);
                RandomRun.record(epoch.subList(0, 200), tracker);
                medium.failAfter = operation;
                assertThrows(IOException.class, tracker::commitEpoch);
                if (operation < RECORD) { // after that the record is there, if not known to be durable
                    assertCommitted(1, medium);
                }
                assertEquals(1, tracker.committedEpochs());

                RandomRun.record(epoch.subList(200, epoch.size()), tracker);
                assertThrows(IllegalStateException.class, () -> RandomRun.record(epoch.subList(0, 1), tracker));
                tracker.commitEpoch();
                assertCommitted(2, medium);
            }
        }
    }

    @Test
    void shouldWithdrawARecordInDoubtBeforeWritingOverItsEpoch() throws IOException {
        FailingMedium medium = new FailingMedium();
        try (ForgettingTracker tracker = ForgettingTracker.on(medium, RUN.spec())) {
            medium.failAfter = OPERATIONS - 1;
            assertThrows(IOException.class, tracker::commitEpoch);
            medium.operations.clear();
            tracker.commitEpoch();
            assertEquals(List.of("write " + LAYOUT.commit(0), "force", "write " + LAYOUT.sums(0)),
                    medium.operations.subList(0, 3));
            assertTrue(medium.operations.size() > 3);
        }
    }

    /**
     * Covers a commit of three rounds: sums, three times both planes, twice a record that does not decide, force,
     * record, force.
     */
    @Test
    void shouldKeepTheLastCommitReadableWhereverACommitOfSeveralRoundsFails() throws IOException {
        RandomRun run = new RandomRun(600, List.of(RUN.epochs().get(0), repeated(RUN.epochs().get(1))));
        TrackerSpec spec = RUN.spec().with(Repeats.KEPT);
        for (int operation = 0; operation < 12; operation++) {
            FailingMedium medium = new FailingMedium(spec);
            try (ForgettingTracker tracker = ForgettingTracker.on(medium, spec)) {
                RandomRun.record(run.epochs().get(0), tracker);
                tracker.commitEpoch();
                RandomRun.record(run.epochs().get(1), tracker);
                medium.failAfter = operation;
                assertThrows(IOException.class, tracker::commitEpoch, "operation " + operation);
                try (History history = medium.history()) {
                    assertHolds(run, operation < 10 ? 1 : 2, history);
                }
                assertEquals(2, tracker.commitEpoch());
                try (History history = medium.history()) {
                    assertHolds(run, 2, history);
                    assertEquals(3, history.rounds(2));
                }
            }
        }
    }

    private static List<Presentation> repeated(List<Presentation> epoch) {
        return List.of(epoch, epoch.subList(0, 100), epoch.subList(50, 100)).stream().flatMap(List::stream).toList();
    }

    private static void assertCommitted(int epochs, FailingMedium medium) throws IOException {
        try (History history = medium.history()) {
            assertHolds(RUN, epochs, history);
        }
    }
}
