package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recording of presentations that a device has gathered by example. */
class RecordedEpochTest {
    @TempDir
    private Path folder;

    private static RecordedEpoch empty(int examples, Arena arena) {
        long planeBytes = (examples + 63) / 64 * 8L;
        return new RecordedEpoch(arena.allocate(planeBytes, 8), arena.allocate(planeBytes, 8),
                arena.allocate(examples * 20L, 4));
    }

    private static RecordedEpoch gathered(int examples, List<Presentation> presentations, Arena arena) {
        RecordedEpoch epoch = empty(examples, arena);
        for (Presentation p : presentations) {
            set(epoch.seen(), p.example());
            if (p.correct()) {
                set(epoch.correct(), p.example());
            }
            float[] row = {p.margin(), p.el2n(), p.probability(), p.probability() * p.probability(), p.loss()};
            MemorySegment.copy(row, 0, epoch.sums(), ValueLayout.JAVA_FLOAT, p.example() * 20L, 5);
        }
        return epoch;
    }

    private static void set(MemorySegment plane, int example) {
        byte before = plane.get(ValueLayout.JAVA_BYTE, example / 8);
        plane.set(ValueLayout.JAVA_BYTE, example / 8, (byte) (before | 1 << example % 8));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "63, 0.5", "64, 1", "65, 1", "1000, 1", "1000, 0.9", "700, 0.02", "131, 0"})
    void shouldMakeTheSameFileAsRowsDo(int examples, double share) throws IOException {
        RandomRun run = RandomRun.sampled(examples, 5, share, examples);
        run.epochs().get(2).replaceAll(p -> p.example() % 7 == 3
                ? new Presentation(p.example(), p.correct(), p.margin(), p.el2n(), p.probability(), Float.NaN)
                : p);
        Path rows = folder.resolve("rows.lethe");
        Path gathered = folder.resolve("gathered.lethe");
        try (ForgettingTracker one = ForgettingTracker.create(rows, run.spec());
                ForgettingTracker other = ForgettingTracker.create(gathered, run.spec());
                Arena arena = Arena.ofConfined()) {
            for (List<Presentation> epoch : run.epochs()) {
                RandomRun.record(epoch, one);
                other.record(gathered(examples, epoch, arena));
                assertEquals(one.nonFinitePresentations(), other.nonFinitePresentations());
                one.commitEpoch();
                other.commitEpoch();
            }
        }
        assertArrayEquals(Files.readAllBytes(rows), Files.readAllBytes(gathered));
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "true, 100", "false, 100", "true, 191"})
    void shouldStopAtAnExampleThatWasPresentedBefore(boolean all, int again) throws IOException {
        RandomRun run = RandomRun.full(192, 1, 3);
        List<Presentation> ascending = new ArrayList<>(run.epochs().getFirst());
        ascending.sort((a, b) -> Integer.compare(a.example(), b.example()));
        Presentation earlier = ascending.get(again);
        List<Presentation> presented = ascending.stream().filter(p -> all || p.example() % 2 == 0).toList();
        List<Presentation> recorded = new ArrayList<>(
                presented.stream().filter(p -> p.example() < again).toList());
        recorded.add(earlier);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec()); Arena arena = Arena.ofConfined()) {
            RandomRun.record(List.of(earlier), tracker);
            RecordedEpoch epoch = gathered(192, presented, arena);
            assertTrue(assertThrows(IllegalStateException.class, () -> tracker.record(epoch)).getMessage()
                    .startsWith("example=" + again + " was presented before in epoch=1"));
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertHolds(new RandomRun(192, List.of(recorded)), 1, history);
            }
        }
    }

    @Test
    void shouldOpenAnotherRoundWhereRepeatsAreKept() throws IOException {
        RandomRun run = RandomRun.full(100, 1, 5);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(100, 4).with(Repeats.KEPT));
                Arena arena = Arena.ofConfined()) {
            RecordedEpoch epoch = gathered(100, run.epochs().getFirst(), arena);
            tracker.record(epoch);
            tracker.record(epoch);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(2, history.rounds(1));
                assertEquals(200, history.totals(1).presentations());
            }
        }
    }

    @Test
    void shouldRecordNothingOfOtherExamplesThanTheTrackers() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(100, 1));
                Arena arena = Arena.ofConfined()) {
            assertEquals("examples=99 were gathered, the tracker was made for examples=100: make it for the data set",
                    assertThrows(IllegalArgumentException.class, () -> tracker.record(empty(99, arena))).getMessage());
            RecordedEpoch beyond = gathered(100, RandomRun.full(100, 1, 1).epochs().getFirst(), arena);
            set(beyond.seen(), 101);
            assertTrue(assertThrows(IndexOutOfBoundsException.class, () -> tracker.record(beyond)).getMessage()
                    .startsWith("example=101 is not in [0, 100)"));
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(0, history.totals(1).presentations());
            }
            assertThrows(IllegalStateException.class, () -> tracker.record(empty(100, arena)), "the history is full");
        }
    }

    @Test
    void shouldRefuseMemoryThatDoesNotFit() {
        MemorySegment plane = Arena.ofAuto().allocate(16);
        MemorySegment sums = Arena.ofAuto().allocate(100 * 20);
        assertEquals(100, new RecordedEpoch(plane, plane, sums).examples());
        assertTrue(refusal(MemorySegment.ofArray(new long[2]), plane, sums).startsWith("seen is on the heap"));
        assertTrue(refusal(plane, plane, sums.asSlice(0, 1999)).startsWith("sums bytes=1999 are no rows of 20 bytes"));
        assertEquals("planes bytes=16 and bytes=8 where the examples of sums need bytes=16: take slices of whole 64-bit"
                + " words", refusal(plane, plane.asSlice(0, 8), sums));
    }

    private static String refusal(MemorySegment seen, MemorySegment correct, MemorySegment sums) {
        return assertThrows(IllegalArgumentException.class, () -> new RecordedEpoch(seen, correct, sums)).getMessage();
    }
}
