package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class KilledRunTest {
    @TempDir
    private Path folder;

    private static String location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    private Process start(Path file, String how) throws Exception {
        String classPath = location(ForgettingTracker.class) + File.pathSeparator
                + location(RecordingProcess.class);
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "-cp", classPath, RecordingProcess.class.getName(),
                file.toString(), how).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    @Test
    @Timeout(120)
    void shouldReopenAKilledRunAtItsLastCommit() throws Exception {
        Path file = folder.resolve("history.lethe");
        RandomRun run = RecordingProcess.run();
        int committed = 0;
        for (int kill : List.of(1, 5, 12)) {
            Process process = start(file, committed == 0 ? "create" : "resume");
            try (BufferedReader output = process.inputReader()) {
                for (int epoch = 0; epoch < kill; epoch++) {
                    committed = Integer.parseInt(output.readLine());
                }
                if (kill == 5) {
                    assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file, run.spec()),
                            "a second writer, in another process");
                }
                process.destroyForcibly();
                assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            }
            try (History history = History.open(file)) {
                assertTrue(history.epochs() >= committed, "epochs=" + history.epochs() + " committed=" + committed);
                committed = history.epochs();
                assertHolds(run, committed, history);
            }
        }
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, run.spec())) {
            RandomRun.record(run.epochs().get(committed), tracker);
            assertEquals(committed + 1, tracker.commitEpoch());
            try (History history = tracker.history()) {
                assertHolds(run, committed + 1, history);
            }
        }
    }
}
