package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.io.HookedChannel;
import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Readers that a writer overtakes, at each of their reads: an opened history is always that of some commit. */
class OvertakenReaderTest {
    private static final RandomRun RUN = RandomRun.sampled(600, 6, 0.6, 3);
    /** The most reads that a reader needs, and some more. */
    private static final int MOST_READS = 40;

    private MemoryFolder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = new MemoryFolder();
    }

    @AfterEach
    void deleteFolder() throws IOException {
        folder.close();
    }

    /** A way of opening a history and checking it. */
    @FunctionalInterface
    private interface Reading {
        int epochs(Path file, HookedChannel channel) throws IOException;
    }

    private static int opened(Path file, HookedChannel channel) throws IOException {
        try (History history = FileMedium.read(file, channel)) {
            assertHolds(RUN, history.epochs(), history);
            return history.epochs();
        }
    }

    private static int ended(Path file, HookedChannel channel) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            HistoryEnd end = FileMedium.end(file, channel, arena);
            LiteralBookkeeping literal = LiteralBookkeeping.of(RUN, end.epochs());
            for (int example = 0; example < RUN.examples(); example++) {
                assertEquals(literal.sum(RunningSum.LOSS, example),
                        end.sums().get(HistoryLayout.FLOAT, HistoryLayout.sum(example, RunningSum.LOSS)));
            }
            return end.epochs();
        }
    }

    private static void commit(ForgettingTracker tracker, int epochs) throws IOException {
        for (int i = 0; i < epochs; i++) {
            RandomRun.record(RUN.epochs().get(tracker.committedEpochs()), tracker);
            tracker.commitEpoch();
        }
    }

    /** Commits epochs before read {@code read} of a reader; returns false if it needed fewer. */
    private boolean reads(Reading reading, int before, int meanwhile, int read) throws IOException {
        Path file = folder.newFile();
        try (ForgettingTracker tracker = ForgettingTracker.create(file, RUN.spec())) {
            commit(tracker, before);
            HookedChannel channel = HookedChannel.open(file, read, () -> commit(tracker, meanwhile));
            int epochs = reading.epochs(file, channel);
            assertTrue(epochs >= before && epochs <= before + meanwhile, "read " + read + " of epochs=" + epochs);
            return channel.hookRan();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 2", "0, 5", "1, 1", "1, 2", "2, 1", "2, 2", "2, 3", "3, 3"})
    void shouldOpenWhatSomeCommitLeft(int before, int meanwhile) throws IOException {
        for (Reading reading : new Reading[]{OvertakenReaderTest::opened, OvertakenReaderTest::ended}) {
            int read = 0;
            while (reads(reading, before, meanwhile, read)) {
                read++;
                assertTrue(read < MOST_READS, "there is no end of reads");
            }
            assertTrue(read >= 3, "reads=" + read); // header, records, sums
        }
    }

    @Test
    void shouldNotSeeEpochsThatAreCommittedLater() throws IOException {
        Path file = folder.newFile();
        try (ForgettingTracker tracker = ForgettingTracker.create(file, RUN.spec())) {
            commit(tracker, 2);
            try (History history = History.open(file)) {
                commit(tracker, 3);
                assertHolds(RUN, 2, history);
            }
        }
    }

    /** A history whose bytes are those of another image, a later one, at some of the reads. */
    private static final class MovingSource implements HistorySource {
        private final List<byte[]> images;
        private final Random random;
        private final double pace;
        private final int most;
        private int at;

        MovingSource(List<byte[]> images, long seed) {
            this.images = images;
            random = new Random(seed);
            at = random.nextInt(images.size());
            pace = random.nextDouble(0.3);
            most = 1 + random.nextInt(40);
        }

        @Override
        public long size() {
            return images.getFirst().length;
        }

        @Override
        public void read(long offset, MemorySegment target) {
            MemorySegment.copy(MemorySegment.ofArray(images.get(at)), offset, target, 0, target.byteSize());
            if (random.nextDouble() < pace) {
                at = Math.min(at + 1 + random.nextInt(most), images.size() - 1);
            }
        }

        @Override
        public HistoryPlanes places(HistoryLayout layout, int rows, boolean seen, Arena arena) {
            return HistoryPlanes.allocate(layout, rows, seen, arena);
        }
    }

    /** Covers a commit that could not be confirmed, is withdrawn, and is made again with more presentations. */
    @Test
    void shouldOpenWhatSomeCommitLeftThoughOthersAreWithdrawn() throws IOException {
        ImagesMedium medium = ImagesMedium.ofCommits();
        for (int seed = 0; seed < 5000; seed++) {
            MovingSource source = new MovingSource(medium.images(), seed);
            int start = source.at;
            try (History history = HistoryReader.open("moving", source, Arena.ofShared(), () -> {})) {
                ForgettingScores scores = ForgettingScores.of(history, history.epochs());
                for (int example = 0; example < history.examples(); example++) {
                    assertEquals(scores.presentations(example), history.sum(RunningSum.MARGIN, example));
                    assertEquals(scores.correctPresentations(example), history.sum(RunningSum.EL2N, example));
                }
                assertTrue(medium.epochs().subList(start, source.at + 1).contains(history.epochs()),
                        "seed=" + seed + " image=" + start + " to " + source.at + " epochs=" + history.epochs());
            } catch (HistoryException e) {
                throw new AssertionError("seed=" + seed + " image=" + start + " to " + source.at, e);
            }
        }
    }
}
