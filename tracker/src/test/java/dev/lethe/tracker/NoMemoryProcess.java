package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program that makes, opens and resumes histories where there is no address space for their sums. */
final class NoMemoryProcess {
    static final TrackerSpec SPEC = TrackerSpec.of(8_000_000, 1);
    private static final HistoryLayout LAYOUT = HistoryBytes.layout(SPEC);
    /** The spare address space: room for half the sums. */
    private static final long SPARE = LAYOUT.slotBytes() / 2;

    private NoMemoryProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        HashedRun run = new HashedRun(100, 1);
        try (ForgettingTracker small = ForgettingTracker.inMemory(run.spec())) { // loads what the rest needs
            run.record(0, small);
            small.commitEpoch();
        }
        limit(ProcessUsage.addressSpaceBytes() + SPARE + "");
        long files = ProcessUsage.openFiles();
        Path another = file.resolveSibling("another.lethe");
        for (int i = 0; i < 3; i++) {
            assertThrows(OutOfMemoryError.class, () -> ForgettingTracker.create(another, SPEC));
            assertThrows(OutOfMemoryError.class, () -> History.open(file));
            assertThrows(OutOfMemoryError.class, () -> ForgettingTracker.resume(file, SPEC));
            assertThrows(OutOfMemoryError.class, () -> ForgettingTracker.inMemory(SPEC));
        }
        assertEquals(0, ProcessUsage.mappedFiles());
        assertEquals(files, ProcessUsage.openFiles());
        assertFalse(Files.exists(another), "a history that no tracker was made for");
        limit("unlimited");
        assertUsable(file);
        System.out.println("done=true");
    }

    /** Checks that the history can be used, and so is not locked any more. */
    private static void assertUsable(Path file) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, SPEC)) {
            tracker.record(SPEC.examples() - 1, true, 1, 1, 1, 1);
            assertEquals(1, tracker.commitEpoch());
        }
    }

    private static void limit(String bytes) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of("prlimit", "--pid", ProcessHandle.current().pid() + "",
                "--as=" + bytes + ":")).inheritIO().start();
        assertEquals(0, process.waitFor());
    }
}
