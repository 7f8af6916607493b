package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A program that records where writes fail for real: in a process whose files may not grow, or in a file system that is
 * full.
 */
final class DiskFullProcess {
    /**
     * The number of examples: a plane is a page, so that a page more or less of free space moves the failure to another
     * write.
     */
    static final int EXAMPLES = 8 * HistoryLayout.PAGE;
    static final int EPOCHS = 6;

    private DiskFullProcess() {}

    /**
     * Makes a run in which each epoch has every example where {@code everySeen}, so that no <em>seen</em> plane is
     * written.
     */
    static RandomRun run(boolean everySeen) {
        return RandomRun.sampled(EXAMPLES, EPOCHS, everySeen ? 1 : 0.7, 21);
    }

    public static void main(String[] arguments) throws Exception {
        Path path = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "limited" -> continueUnderALimit(path, run(Boolean.parseBoolean(arguments[2])));
            case "full" -> fillTheDisk(path, run(false));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Continues a history until the limit refuses a commit, has the limit lifted, and finishes. */
    private static void continueUnderALimit(Path file, RandomRun run) throws Exception {
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, run.spec())) {
            int committed = 0;
            try {
                while (true) {
                    RandomRun.record(run.epochs().get(committed), tracker);
                    committed = tracker.commitEpoch();
                }
            } catch (IOException e) {
                System.out.println("message=" + e.getMessage());
            }
            System.out.println("committed=" + committed);
            assertStopped(run, committed, tracker);
            Process lifted = new ProcessBuilder("prlimit", "--pid", "" + ProcessHandle.current().pid(),
                    "--fsize=unlimited:").inheritIO().start();
            assertEquals(0, lifted.waitFor());
            finish(run, tracker);
        }
    }

    /** Checks that the failed epoch is still the current one, and that the epochs committed before it can be read. */
    private static void assertStopped(RandomRun run, int committed, ForgettingTracker tracker) throws IOException {
        assertEquals(committed, tracker.committedEpochs());
        try (History history = tracker.history()) {
            assertHolds(run, committed, history);
        }
        List<Presentation> again = run.epochs().get(committed).subList(0, 1);
        assertThrows(IllegalStateException.class, () -> RandomRun.record(again, tracker));
    }

    /** Tries the failed commit again, and records the rest of the run. */
    private static void finish(RandomRun run, ForgettingTracker tracker) throws IOException {
        int committed = tracker.commitEpoch();
        for (; committed < EPOCHS; committed = tracker.commitEpoch()) {
            RandomRun.record(run.epochs().get(committed), tracker);
        }
        try (History history = tracker.history()) {
            assertHolds(run, EPOCHS, history);
        }
    }

    /** Makes the disk full before every commit, leaving a little more room each time until the commit succeeds. */
    private static void fillTheDisk(Path folder, RandomRun run) throws IOException {
        refuseToCreate(folder, run.spec());
        Path file = folder.resolve("history.lethe");
        int refused = 0;
        try (ForgettingTracker tracker = ForgettingTracker.create(file, run.spec())) {
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                RandomRun.record(run.epochs().get(epoch), tracker);
                for (int pages : new int[]{0, 1, 2, 50}) { // short of: the correct plane, the seen plane, sums
                    Path filler = fill(folder, pages);
                    refused += refuses(run, epoch, tracker) ? 1 : 0;
                    Files.delete(filler);
                    if (tracker.committedEpochs() > epoch) {
                        break;
                    }
                }
                if (tracker.committedEpochs() == epoch) {
                    tracker.commitEpoch();
                }
            }
        }
        try (History history = History.open(file)) {
            assertHolds(run, EPOCHS, history);
        }
        System.out.println("refused=" + refused);
    }

    private static boolean refuses(RandomRun run, int epoch, ForgettingTracker tracker) throws IOException {
        try {
            tracker.commitEpoch();
            return false;
        } catch (IOException e) {
            assertTrue(e.getMessage().startsWith("history="), e.getMessage());
            assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
            assertStopped(run, epoch, tracker);
            return true;
        }
    }

    private static void refuseToCreate(Path folder, TrackerSpec spec) throws IOException {
        Path filler = fill(folder, 1);
        Path file = folder.resolve("refused.lethe");
        IOException refused = assertThrows(IOException.class, () -> ForgettingTracker.create(file, spec));
        assertTrue(refused.getMessage().contains("No space left on device"), refused.getMessage());
        Files.delete(filler);
        assertFalse(Files.exists(file));
        try (var files = Files.list(folder)) {
            assertEquals(List.of("refused.lethe.lock"), files.map(each -> each.getFileName().toString()).toList());
        }
    }

    /** Fills the disk with a file, except for some pages. */
    private static Path fill(Path folder, int freePages) throws IOException {
        Path filler = folder.resolve("filler");
        ByteBuffer page = ByteBuffer.allocateDirect(HistoryLayout.PAGE);
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long length = 0;
            try {
                while (true) {
                    length += channel.write(page.clear(), length);
                }
            } catch (IOException e) {
                assertEquals("No space left on device", e.getMessage());
            }
            channel.truncate(length - (long) freePages * HistoryLayout.PAGE);
        }
        return filler;
    }
}
