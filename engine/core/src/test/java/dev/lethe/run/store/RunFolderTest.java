package dev.lethe.run.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.Sha256;
import dev.lethe.train.checkpoint.CheckpointFolder;
import dev.lethe.train.checkpoint.RunIdentity;
import dev.lethe.train.checkpoint.TrainingState;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    private Path run;

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(run)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldKeepTheNoticesThatARunBeganWith() throws IOException {
        Map<String, Object> configuration = Map.of("seed", 1);
        String first = RunFolder.claim(run, configuration, List.of("passed over 1 file"));
        assertTrue(first.contains("passed over 1 file"), first);
        assertEquals(first, RunFolder.claim(run, configuration, List.of("passed over 2 files")),
                "the hash of the text stands in the history");
        Path earlier = Files.createDirectory(run.resolve("earlier"));
        String without = RunFolder.claim(earlier, configuration, List.of());
        assertEquals(without, RunFolder.claim(earlier, configuration, List.of("passed over 1 file")));
    }

    @Test
    void shouldRemoveWhatKilledProcessesLeft() throws IOException {
        for (String name : List.of("config.json.partial", "run.json.0123456789abcdef.partial", "history.lethe.new",
                "predictions.npy.89abcdef.new", "scores.csv.89abcdef.new")) {
            Files.writeString(run.resolve(name), "half");
        }
        new CheckpointFolder(run).write(new TrainingState(
                new RunIdentity("mlp", 1, Sha256.UNSPECIFIED, Sha256.UNSPECIFIED), 1, Map.of(), Map.of()));
        Files.createDirectories(run.resolve("checkpoint.tmp"));
        Files.createFile(Files.createDirectories(run.resolve("checkpoint.old")).resolve("state.json"));
        Files.writeString(run.resolve("notes.txt"), "precious");
        RunFolder.tryLock(run).orElseThrow().close();
        assertEquals(List.of("checkpoint", "notes.txt", "run.lock"), names());
    }

    @Test
    void shouldGiveARunToOneHolderAtATime() throws IOException {
        try (Closeable _ = RunFolder.tryLock(run).orElseThrow()) {
            assertTrue(RunFolder.tryLock(run).isEmpty());
        }
        RunFolder.tryLock(run).orElseThrow().close();
    }

    @Test
    void shouldTellRunsFromOtherFolders() throws IOException {
        assertTrue(RunFolder.isRun(Files.createDirectory(run.resolve("begun"))));
        Path other = Files.createDirectory(run.resolve("other"));
        Files.createFile(other.resolve("events"));
        assertFalse(RunFolder.isRun(other));
        assertFalse(RunFolder.isRun(other.resolve("events")));
        Files.createFile(other.resolve("run.lock"));
        assertTrue(RunFolder.isRun(other));
    }
}
