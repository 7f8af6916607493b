package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneKernelChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that tries to make trackers in a JVM without usable kernels, and prints the results and what is left
 * behind.
 */
final class UnusableKernelsProcess {
    static final TrackerSpec SPEC = TrackerSpec.of(1000, 3);
    static final String OLD = "old.lethe";
    static final String NEW = "new.lethe";
    static final int TRIES = 3;

    /** A use of the tracker that needs kernels. */
    private interface Use {
        void run() throws Exception;
    }

    private UnusableKernelsProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        tryUse("warm-up", PlaneKernelChoice::inUse);
        long files = ProcessUsage.openFiles();
        for (int i = 0; i < TRIES; i++) {
            tryUse("choice" + i, PlaneKernelChoice::inUse);
            tryUse("create" + i, () -> ForgettingTracker.create(folder.resolve(NEW), SPEC).close());
            tryUse("resume" + i, () -> ForgettingTracker.resume(folder.resolve(OLD), SPEC).close());
            tryUse("memory" + i, () -> ForgettingTracker.inMemory(SPEC).close());
        }
        System.out.println("opened=" + (ProcessUsage.openFiles() - files));
        System.out.println("files=" + names(folder));
        HistoryLock.acquire(folder.resolve(OLD)).close();
        System.out.println("unlocked=true");
    }

    private static void tryUse(String name, Use use) {
        try {
            use.run();
            System.out.println(name + "=succeeded");
        } catch (Exception | LinkageError e) {
            System.out.println(name + "=" + e);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
