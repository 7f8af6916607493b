package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed thirty times with SIGKILL while it starts, records and commits, and is resumed each time. */
@Tag("slow")
class KilledAnywhereTest {
    private static final int KILLS = 30;
    private static final long STARTING_NANOSECONDS = 300_000_000;
    /** The number of commits before one of which, or after the last, a kill comes. */
    private static final int COMMITS = 2;
    private static final int KILLED = 128 + 9;
    private static final HashedRun RUN = HashedRunProcess.RUN;

    @TempDir
    private Path folder;
    private final Random random = new Random(9);
    /** The time that the last epoch took, its commit included. */
    private long epochNanoseconds = 10_000_000;
    /** The time that the last commit took. */
    private long commitNanoseconds = 1_000_000;

    /** A part of a process's life in which a kill comes. */
    private enum Phase {
        /** Between the start of the process and its first epoch. */
        STARTING,
        /** In any part of an epoch. */
        ANY,
        /** Between the begin and the end of a commit. */
        COMMITTING;

        static Phase ofKill(int number) {
            return number % 10 == 9 ? STARTING : number % 2 == 0 ? COMMITTING : ANY;
        }
    }

    /** The last words of a process: the commit that it reported last, and whether another was begun. */
    private record LastWords(int acknowledged, boolean committing) {
        static LastWords of(BufferedReader output, int acknowledged, boolean committing) throws IOException {
            LastWords last = new LastWords(acknowledged, committing);
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = switch (line) {
                    case HashedRunProcess.READY -> last;
                    case HashedRunProcess.COMMITTING -> new LastWords(last.acknowledged, true);
                    default -> new LastWords(Integer.parseInt(line), false);
                };
            }
            return last;
        }
    }

    /** The expected content of the history, extended as the run proceeds. */
    private static final class Expected {
        private final List<byte[]> seen = new ArrayList<>();
        private final List<byte[]> correct = new ArrayList<>();
        private final float[] sums = new float[RUN.examples() * RunningSum.COUNT];

        private void extend(int epoch) {
            byte[] seenPlane = new byte[(int) HistoryBytes.layout(RUN.spec()).planeBytes()];
            byte[] correctPlane = new byte[seenPlane.length];
            for (int example = 0; example < RUN.examples(); example++) {
                if (RUN.seen(epoch, example)) {
                    Presentation presentation = RUN.presentation(epoch, example);
                    int bit = 1 << example % Byte.SIZE;
                    seenPlane[example / Byte.SIZE] |= (byte) bit;
                    correctPlane[example / Byte.SIZE] |= (byte) (presentation.correct() ? bit : 0);
                    add(presentation, example * RunningSum.COUNT);
                }
            }
            seen.add(seenPlane);
            correct.add(correctPlane);
        }

        private void add(Presentation presentation, int row) {
            sums[row + RunningSum.MARGIN.column()] += presentation.margin();
            sums[row + RunningSum.EL2N.column()] += presentation.el2n();
            sums[row + RunningSum.PROBABILITY.column()] += presentation.probability();
            sums[row + RunningSum.PROBABILITY_SQUARED.column()] += presentation.probability()
                    * presentation.probability();
            sums[row + RunningSum.LOSS.column()] += presentation.loss();
        }

        void assertHeldBy(History history) {
            assertTrue(history.epochs() >= seen.size(), "epochs=" + history.epochs() + " before=" + seen.size());
            while (seen.size() < history.epochs()) {
                extend(seen.size());
            }
            for (int epoch = 0; epoch < history.epochs(); epoch++) {
                assertPlane(seen.get(epoch), history.seen(epoch + 1), "seen plane of epoch " + epoch);
                assertPlane(correct.get(epoch), history.correct(epoch + 1), "correct plane of epoch " + epoch);
            }
            assertEquals(-1, Arrays.mismatch(sums, history.sums().toArray(HistoryLayout.FLOAT)), "sums");
        }

        private static void assertPlane(byte[] expected, MemorySegment plane, String which) {
            assertEquals(-1, Arrays.mismatch(expected, plane.toArray(ValueLayout.JAVA_BYTE)), which);
        }
    }

    @Test
    @Timeout(180)
    void shouldReopenAtItsLastCommitWheneverItIsKilled() throws Exception {
        Path file = folder.resolve("history.lethe");
        Expected expected = new Expected();
        int insideCommits = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int before = expected.seen.size();
            LastWords last = recordAndKill(file, Phase.ofKill(kill));
            int acknowledged = Math.max(before, last.acknowledged);
            try (History history = History.open(file)) {
                int epochs = history.epochs();
                assertTrue(epochs == acknowledged || epochs == acknowledged + 1 && last.committing,
                        "kill " + kill + ": epochs=" + epochs + " before=" + before + " " + last);
                expected.assertHeldBy(history);
                insideCommits += last.committing ? 1 : 0;
            }
        }
        assertTrue(insideCommits > 0, "no kill came inside a commit");
        assertResumable(file, expected);
    }

    /**
     * Checks that a history exists whole, without epochs, or not at all, and that the rest of an attempt hinders
     * nobody.
     */
    @Test
    @Timeout(60)
    void shouldLeaveNoHalfMadeHistoryWhenKilledWhileCreating() throws Exception {
        int created = 0;
        for (int kill = 0; kill < 5; kill++) {
            created = killWhileCreating(created);
            for (int number = 0; number <= created; number++) {
                Path file = CreatingProcess.file(folder, number);
                if (number == created && !Files.exists(file)) {
                    ForgettingTracker.create(file, CreatingProcess.SPEC).close();
                }
                try (History history = History.open(file)) {
                    assertEquals(0, history.epochs());
                    assertEquals(CreatingProcess.SPEC, history.spec());
                }
            }
            created++;
        }
    }

    private int killWhileCreating(int first) throws IOException, InterruptedException {
        Process process = start(CreatingProcess.class, folder, first);
        int created = first;
        try (BufferedReader output = process.inputReader()) {
            created = Integer.parseInt(output.readLine());
            TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
            process.toHandle().destroyForcibly();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                created = Integer.parseInt(line);
            }
        }
        assertKilled(process);
        return created;
    }

    private Process start(Class<?> program, Object... arguments) throws IOException {
        return new ProcessBuilder(ChildJvm.command(32, program, arguments)).redirectError(errors().toFile()).start();
    }

    private Path errors() {
        return folder.resolve("errors.txt");
    }

    private void assertKilled(Process process) throws IOException, InterruptedException {
        assertEquals(KILLED, process.waitFor(), "errors=" + Files.readString(errors()));
    }

    /** Starts the run where it was and kills it a moment later. */
    private LastWords recordAndKill(Path file, Phase phase) throws IOException, InterruptedException {
        Process process = start(HashedRunProcess.class, file);
        LastWords last;
        try (BufferedReader output = process.inputReader()) {
            int acknowledged = 0;
            if (phase != Phase.STARTING) {
                assertEquals(HashedRunProcess.READY, output.readLine(), "errors=" + Files.readString(errors()));
                for (int commits = random.nextInt(COMMITS + 1); commits > 0; commits--) {
                    acknowledged = readEpoch(output);
                }
            }
            if (phase == Phase.COMMITTING) {
                assertEquals(HashedRunProcess.COMMITTING, output.readLine());
            }
            TimeUnit.NANOSECONDS.sleep(random.nextLong(switch (phase) {
                case STARTING -> STARTING_NANOSECONDS;
                case ANY -> epochNanoseconds;
                case COMMITTING -> commitNanoseconds;
            }));
            process.toHandle().destroyForcibly(); // unlike the process's own method leaves what it said to be read
            last = LastWords.of(output, acknowledged, phase == Phase.COMMITTING);
        }
        assertKilled(process);
        return last;
    }

    /** Reads the output of an epoch, measures it, and returns the number of committed epochs. */
    private int readEpoch(BufferedReader output) throws IOException {
        long start = System.nanoTime();
        assertEquals(HashedRunProcess.COMMITTING, output.readLine());
        long commit = System.nanoTime();
        int epochs = Integer.parseInt(output.readLine());
        commitNanoseconds = System.nanoTime() - commit;
        epochNanoseconds = System.nanoTime() - start;
        return epochs;
    }

    private static void assertResumable(Path file, Expected expected) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, RUN.spec())) {
            int committed = tracker.committedEpochs();
            assertEquals(expected.seen.size(), committed);
            for (int epoch = committed; epoch < committed + 3; epoch++) {
                RUN.record(epoch, tracker);
                assertEquals(epoch + 1, tracker.commitEpoch());
            }
            try (History history = tracker.history()) {
                expected.assertHeldBy(history);
            }
        }
    }
}
