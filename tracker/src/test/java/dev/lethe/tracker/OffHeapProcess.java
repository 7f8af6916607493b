package dev.lethe.tracker;

import dev.lethe.tracker.io.HookedChannel;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.MeanScores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that opens, uses and closes trackers and histories over and over, and prints what the process holds before
 * and after.
 */
final class OffHeapProcess {
    static final int CYCLES = 1000;
    /**
     * The cycles after which compiled code, the caches of the system's allocator and the like have grown to their size.
     */
    private static final int WARM_UP = 300;
    private static final HashedRun RUN = new HashedRun(4000, 3);
    private static final TrackerSpec OTHER = TrackerSpec.of(4000, 4);

    private interface Cycle {
        void run(Path file) throws IOException;
    }

    private OffHeapProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        Cycle cycle = switch (arguments[0]) {
            case "memory" -> file -> inMemory();
            case "file" -> OffHeapProcess::inFile;
            case "refusals" -> refusals(folder);
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        Path file = folder.resolve("history.lethe");
        for (int i = 0; i < WARM_UP; i++) {
            cycle.run(file);
        }
        print("before");
        for (int i = 0; i < CYCLES; i++) {
            cycle.run(file);
        }
        print("after");
    }

    private static void print(String when) throws Exception {
        System.out.println(when + ".offHeap=" + ProcessUsage.offHeapBytes());
        System.out.println(when + ".resident=" + ProcessUsage.residentAnonymousBytes());
        System.out.println(when + ".files=" + ProcessUsage.openFiles());
        System.out.println(when + ".mapped=" + ProcessUsage.mappedFiles());
    }

    private static void use(ForgettingTracker tracker) throws IOException {
        RUN.record(tracker.committedEpochs(), tracker);
        tracker.commitEpoch();
        try (History history = tracker.history(); History merged = History.merge(List.of(history))) {
            if (ForgettingScores.of(merged).examples() != MeanScores.of(history).examples()) {
                throw new AssertionError("examples");
            }
        }
    }

    private static void inMemory() throws IOException {
        History outlives;
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(RUN.spec())) {
            use(tracker);
            outlives = tracker.history();
        }
        outlives.close();
    }

    private static void inFile(Path file) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.create(file, RUN.spec())) {
            use(tracker);
        }
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, RUN.spec())) {
            use(tracker);
        }
        History.open(file).close();
        Files.delete(file);
    }

    /** Makes a cycle of refusals, by a file that exists already and one that is damaged. */
    private static Cycle refusals(Path folder) throws IOException {
        Path sound = folder.resolve("sound.lethe");
        inFile(sound);
        ForgettingTracker.create(sound, RUN.spec()).close();
        byte[] bytes = Files.readAllBytes(sound);
        bytes[HistoryLayout.HEADER_FINGERPRINT] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged.lethe"), bytes);
        return file -> {
            requireRefused(() -> History.open(damaged));
            requireRefused(() -> ForgettingTracker.resume(damaged, RUN.spec()));
            // header and commit records are read, and there is memory for the sums
            requireRefused(() -> FileMedium.read(sound, HookedChannel.open(sound, 2, HookedChannel::failToRead)));
            requireRefused(() -> ForgettingTracker.resume(sound, OTHER));
            requireRefused(() -> ForgettingTracker.create(sound, RUN.spec()));
            requireRefused(() -> History.open(file));
            try (ForgettingTracker tracker = ForgettingTracker.resume(sound, RUN.spec())) {
                requireRefused(() -> ForgettingTracker.resume(sound, RUN.spec()));
                requireRefused(() -> ForgettingTracker.create(sound, RUN.spec()));
                requireRefusedMerge(tracker);
            }
        };
    }

    private interface Opening {
        AutoCloseable open() throws IOException;
    }

    private static void requireRefused(Opening opening) {
        try (AutoCloseable opened = opening.open()) {
            throw new AssertionError("opened " + opened);
        } catch (IOException e) {
            if (e.getMessage() == null) {
                throw new UncheckedIOException("refused without a message", e);
            }
        } catch (Exception e) {
            throw new AssertionError("refused with the wrong exception", e);
        }
    }

    /** Checks that two ranks with the same example are refused. */
    private static void requireRefusedMerge(ForgettingTracker resumed) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(resumed.spec())) {
            tracker.record(7, true, 1, 1, 1, 1);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                History.merge(List.of(history, history)).close();
                throw new AssertionError("merged");
            } catch (IllegalArgumentException e) {
                if (!e.getMessage().startsWith("example=7 ")) {
                    throw e;
                }
            }
        }
    }
}
