package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Epochs that are discarded: the history is the same, byte by byte, as if nothing of them had been recorded. */
class DiscardedEpochTest {
    private static final int EXAMPLES = 300;

    @TempDir
    private Path folder;

    private static RandomRun run(Repeats repeats) {
        return repeats == Repeats.KEPT
                ? RandomRun.withReplacement(EXAMPLES, 4, 1)
                : RandomRun.sampled(EXAMPLES, 4, 0.7, 1);
    }

    private static TrackerSpec spec(Repeats repeats) {
        return TrackerSpec.of(EXAMPLES, 60).with(repeats);
    }

    /** Returns presentations that are in no run, of which none, some or all examples are presented, with repeats. */
    private static List<Presentation> aborted(int epoch, Repeats repeats) {
        if (repeats == Repeats.KEPT) {
            return RandomRun.withReplacement(EXAMPLES, 4, 99).epochs().get(epoch).subList(0, 100 * epoch);
        }
        return RandomRun.sampled(EXAMPLES, 4, 1, 99).epochs().get(epoch).subList(0, 100 * epoch);
    }

    private static void recordAborted(ForgettingTracker tracker, int epoch, Repeats repeats) {
        List<Presentation> presentations = aborted(epoch, repeats);
        try (Arena arena = Arena.ofConfined()) {
            int half = presentations.size() / 2;
            tracker.record(BatchRecordingTest.columns(presentations.subList(0, half), 0, arena), 0, half);
            RandomRun.record(presentations.subList(half, presentations.size()), tracker);
        }
        if (repeats == Repeats.KEPT) {
            for (int i = 0; i < 6; i++) { // a round that no other epoch has
                tracker.record(7, true, Float.NaN, 1, 1, Float.POSITIVE_INFINITY);
            }
        } else if (presentations.size() < EXAMPLES) {
            int unseen = 0;
            while (presentations.stream().map(Presentation::example).toList().contains(unseen)) {
                unseen++;
            }
            tracker.record(unseen, true, Float.NaN, 1, 1, Float.POSITIVE_INFINITY);
        }
    }

    private byte[] written(Repeats repeats) throws IOException {
        Path file = folder.resolve("expected-" + repeats + ".lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, spec(repeats))) {
            run(repeats).recordInto(tracker);
        }
        return Files.readAllBytes(file);
    }

    @ParameterizedTest
    @EnumSource(Repeats.class)
    void shouldLeaveTheSameBytesAsIfTheyHadNotBeenBegun(Repeats repeats) throws IOException {
        Path file = folder.resolve("history.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, spec(repeats))) {
            for (int epoch = 0; epoch < 4; epoch++) {
                for (int times = 0; times < 2; times++) {
                    recordAborted(tracker, epoch, repeats);
                    tracker.discardEpoch();
                    assertEquals(0, tracker.nonFinitePresentations());
                    assertEquals(epoch, tracker.committedEpochs());
                }
                RandomRun.record(run(repeats).epochs().get(epoch), tracker);
                tracker.commitEpoch();
            }
        }
        assertEquals(-1, Arrays.mismatch(written(repeats), Files.readAllBytes(file)));
    }

    @ParameterizedTest
    @EnumSource(Repeats.class)
    void shouldBeGoneInMemoryToo(Repeats repeats) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(spec(repeats))) {
            for (int epoch = 0; epoch < 4; epoch++) {
                recordAborted(tracker, epoch, repeats);
                tracker.discardEpoch();
                RandomRun.record(run(repeats).epochs().get(epoch), tracker);
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertHolds(run(repeats), 4, history);
                assertEquals(0, history.nonFinitePresentations());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Repeats.class)
    void shouldBeGoneWhenTheHistoryIsResumedBeforeAndAfter(Repeats repeats) throws IOException {
        Path file = folder.resolve("history.lethe");
        ForgettingTracker.create(file, spec(repeats)).close();
        for (int epoch = 0; epoch < 4; epoch++) {
            try (ForgettingTracker tracker = ForgettingTracker.resume(file, spec(repeats))) {
                recordAborted(tracker, epoch, repeats);
                tracker.discardEpoch();
                RandomRun.record(run(repeats).epochs().get(epoch), tracker);
                tracker.commitEpoch();
                recordAborted(tracker, epoch, repeats);
                tracker.discardEpoch();
            }
        }
        assertEquals(-1, Arrays.mismatch(written(repeats), Files.readAllBytes(file)));
    }

    @Test
    void shouldChangeNothingWhereNothingWasRecorded() throws IOException {
        RandomRun run = RandomRun.sampled(EXAMPLES, 2, 0.7, 1);
        Path file = folder.resolve("history.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, run.spec())) {
            tracker.discardEpoch();
            RandomRun.record(run.epochs().get(0), tracker);
            tracker.commitEpoch();
            tracker.discardEpoch();
            RandomRun.record(run.epochs().get(1), tracker);
            tracker.commitEpoch();
            tracker.discardEpoch(); // the history is full
            try (History history = tracker.history()) {
                assertHolds(run, 2, history);
            }
        }
    }

    @Test
    void shouldKeepThePresentationsThatAreNotFiniteOfCommittedEpochs() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(5, 3))) {
            tracker.record(3, true, Float.NaN, 0, 0, 0);
            tracker.commitEpoch();
            tracker.record(4, true, Float.NaN, 0, 0, 0);
            assertEquals(2, tracker.nonFinitePresentations());
            tracker.discardEpoch();
            assertEquals(1, tracker.nonFinitePresentations());
            tracker.record(4, true, 1, 0, 0, 0);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(1, history.nonFinitePresentations());
                assertTrue(Float.isNaN(history.sum(RunningSum.MARGIN, 3)));
                assertEquals(1, history.sum(RunningSum.MARGIN, 4));
            }
        }
    }

    @Test
    void shouldLetRecordersAndOpenHistoriesGoOn() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(2, 3));
                Arena arena = Arena.ofConfined()) {
            LogitRecorder recorder = tracker.logitRecorder(2);
            RecordedEpoch gathered = new RecordedEpoch(arena.allocate(8, 8), arena.allocate(8, 8),
                    arena.allocate(40, 4));
            gathered.seen().fill((byte) 0).set(HistoryLayout.LONG, 0, 0b10);
            recorder.record(0, new float[]{3, 1}, 0);
            tracker.commitEpoch();
            try (History before = tracker.history()) {
                recorder.record(0, new float[]{Float.NaN, 1}, 0);
                tracker.record(gathered);
                assertThrows(IllegalStateException.class, () -> recorder.record(1, new float[]{3, 1}, 0));
                tracker.discardEpoch();
                recorder.record(0, new float[]{3, 1}, 0);
                recorder.record(1, new float[]{3, 1}, 1);
                tracker.commitEpoch();
                assertEquals(1, before.epochs());
                assertEquals(2, before.sum(RunningSum.MARGIN, 0));
            }
            try (History history = tracker.history()) {
                assertEquals(new EpochTotals(2, 1, true), history.totals(2));
                assertEquals(4, history.sum(RunningSum.MARGIN, 0));
                assertEquals(-2, history.sum(RunningSum.MARGIN, 1));
            }
        }
    }

    @Test
    void shouldBeRefusedByAClosedTracker() throws IOException {
        ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(5, 3));
        tracker.close();
        assertEquals("tracker of history=in memory examples=5 epochs=0/3 is closed",
                assertThrows(IllegalStateException.class, tracker::discardEpoch).getMessage());
    }

    /** Checks that sums which are not those of the last commit any more never become those of the next. */
    @Test
    void shouldDropNothingWhereTheLastSumsAreAltered() throws IOException {
        RandomRun run = RandomRun.sampled(EXAMPLES, 2, 0.7, 1);
        Path file = folder.resolve("history.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, run.spec())) {
            RandomRun.record(run.epochs().get(0), tracker);
            tracker.commitEpoch();
            RandomRun.record(run.epochs().get(1), tracker);
            byte[] sound = Files.readAllBytes(file);
            byte[] altered = sound.clone();
            altered[(int) HistoryLayout.of(run.spec()).sums(0) + 5] ^= 1;
            Files.write(file, altered);
            assertEquals(
                    "history=" + file + ": altered, checksum mismatch in the running sums of row=0: restore it from"
                            + " a copy",
                    assertThrows(HistoryException.class, tracker::discardEpoch).getMessage());
            Files.write(file, sound);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertHolds(run, 2, history);
            }
        }
    }

    /**
     * Covers an epoch of several rounds whose commit failed at its last operation: its record may be in the file, and
     * must not be after the epoch was discarded, whatever comes next.
     */
    @ParameterizedTest
    @EnumSource(Repeats.class)
    void shouldBeWithdrawnWhereItsCommitCouldNotBeConfirmed(Repeats next) throws IOException {
        RandomRun run = run(Repeats.KEPT);
        TrackerSpec spec = spec(Repeats.KEPT);
        ImagesMedium medium = new ImagesMedium(spec);
        try (ForgettingTracker tracker = ForgettingTracker.on(medium, spec)) {
            RandomRun.record(run.epochs().get(0), tracker);
            tracker.commitEpoch();
            recordAborted(tracker, 3, Repeats.KEPT);
            medium.failToConfirm();
            assertThrows(IOException.class, tracker::commitEpoch);
            assertEquals(2, medium.epochs().getLast());
            tracker.discardEpoch();
            assertEquals(1, medium.epochs().getLast());
            List<Presentation> epoch = next == Repeats.KEPT
                    ? run.epochs().get(1)
                    : RandomRun.sampled(EXAMPLES, 1, 0.5, 5).epochs().getFirst();
            RandomRun.record(epoch, tracker);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertHolds(new RandomRun(EXAMPLES, List.of(run.epochs().get(0), epoch)), 2, history);
            }
        }
    }
}
