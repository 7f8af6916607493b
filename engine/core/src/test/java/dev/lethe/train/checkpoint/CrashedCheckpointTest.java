package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.train.checkpoint.CrashingFiles.Crash;
import dev.lethe.train.checkpoint.CrashingFiles.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that die at any file operation, which leave the old checkpoint or the new one, and let the next write work.
 */
@Tag("slow")
class CrashedCheckpointTest {
    private static final int NEVER = 1_000;

    @TempDir
    private Path temporary;
    private int folders;

    private Path newRun() throws IOException {
        return Files.createDirectory(temporary.resolve("run-" + folders++));
    }

    private static List<String> operations(Path run, int epoch) throws IOException {
        CrashingFiles files = new CrashingFiles(NEVER, Moment.BEFORE);
        new CheckpointFolder(run, files).write(States.after(epoch));
        return files.log();
    }

    private static void crash(Path run, int epoch, int at, Moment moment) {
        CheckpointFolder folder = new CheckpointFolder(run, new CrashingFiles(at, moment));
        assertThrows(Crash.class, () -> folder.write(States.after(epoch)));
    }

    @Test
    void shouldMakeEverythingDurableBeforeWhatDependsOnIt() throws IOException {
        Path run = newRun();
        List<String> first = List.of("create checkpoint.tmp", "write weights.safetensors",
                "write optimizer.safetensors", "write state.json", "sync checkpoint.tmp",
                "move checkpoint.tmp checkpoint", "sync " + run.getFileName());
        assertEquals(first, operations(run, 1));
        List<String> next = List.of("create checkpoint.tmp", "write weights.safetensors",
                "write optimizer.safetensors", "write state.json", "sync checkpoint.tmp",
                "move checkpoint checkpoint.old", "move checkpoint.tmp checkpoint", "sync " + run.getFileName(),
                "delete weights.safetensors", "delete state.json", "delete optimizer.safetensors",
                "delete checkpoint.old");
        assertEquals(next, operations(run, 2));
    }

    @Test
    void shouldSurviveACrashAtEveryOperationOfTheFirstCheckpoint() throws IOException {
        List<String> operations = operations(newRun(), 1);
        int renamed = operations.indexOf("move checkpoint.tmp checkpoint");
        for (int at = 0; at < operations.size(); at++) {
            for (Moment moment : Moment.values()) {
                Path run = newRun();
                crash(run, 1, at, moment);
                boolean isNew = at > renamed || at == renamed && moment == Moment.AFTER;
                assertEquals(isNew ? 1 : -1, States.epochIn(run), moment + " " + operations.get(at));
                requireNextWriteWorks(run, 2);
            }
        }
    }

    @Test
    void shouldSurviveACrashAtEveryOperationOfALaterCheckpoint() throws IOException {
        Path dry = newRun();
        new CheckpointFolder(dry).write(States.after(1));
        List<String> operations = operations(dry, 2);
        int renamed = operations.indexOf("move checkpoint.tmp checkpoint");
        for (int at = 0; at < operations.size(); at++) {
            for (Moment moment : Moment.values()) {
                Path run = newRun();
                new CheckpointFolder(run).write(States.after(1));
                crash(run, 2, at, moment);
                boolean isNew = at > renamed || at == renamed && moment == Moment.AFTER;
                assertEquals(isNew ? 2 : 1, States.epochIn(run), moment + " " + operations.get(at));
                requireNextWriteWorks(run, 3);
            }
        }
    }

    /** The second process dies while it clears up after the first, or later. */
    @Test
    void shouldSurviveASecondCrashAfterEveryFirst() throws IOException {
        Path dry = newRun();
        new CheckpointFolder(dry).write(States.after(1));
        int operations = operations(dry, 2).size();
        int crashes = 0;
        for (int at = 0; at < operations; at++) {
            boolean crashed = true;
            for (int again = 0; crashed; again++) {
                Path run = newRun();
                new CheckpointFolder(run).write(States.after(1));
                crash(run, 2, at, at % 2 == 0 ? Moment.HALFWAY : Moment.AFTER);
                int before = States.epochIn(run);
                CrashingFiles files = new CrashingFiles(again, Moment.AFTER);
                try {
                    new CheckpointFolder(run, files).write(States.after(3));
                    crashed = false;
                } catch (Crash e) {
                    crashes++;
                }
                int after = States.epochIn(run);
                boolean renamed = files.log().contains("move checkpoint.tmp checkpoint");
                assertEquals(renamed ? 3 : before, after, "crashes at " + at + " and " + again);
                requireNextWriteWorks(run, 4);
            }
        }
        assertTrue(crashes > operations * operations, "crashes=" + crashes);
    }

    @Test
    void shouldClearUpAfterACrashWithoutAnotherWrite() throws IOException {
        Path dry = newRun();
        new CheckpointFolder(dry).write(States.after(1));
        List<String> operations = operations(dry, 2);
        for (int at = 0; at < operations.size(); at++) {
            for (Moment moment : Moment.values()) {
                Path run = newRun();
                new CheckpointFolder(run).write(States.after(1));
                crash(run, 2, at, moment);
                int before = States.epochIn(run);
                new CheckpointFolder(run).removeLeftovers();
                assertEquals(before, States.epochIn(run), moment + " " + operations.get(at));
                assertEquals(List.of("checkpoint"), States.names(run), moment + " " + operations.get(at));
            }
        }
        Path none = newRun();
        new CheckpointFolder(none).removeLeftovers();
        assertEquals(List.of(), States.names(none));
    }

    private static void requireNextWriteWorks(Path run, int epoch) throws IOException {
        new CheckpointFolder(run).write(States.after(epoch));
        assertEquals(epoch, States.epochIn(run));
        assertEquals(List.of("checkpoint"), States.names(run));
    }

    /** A full disk is not a crash: the process continues with an exception, and the old checkpoint is still there. */
    @Test
    void shouldKeepTheCheckpointBeforeWhereItCannotWrite() throws IOException {
        Path run = newRun();
        new CheckpointFolder(run).write(States.after(1));
        Path blocked = Files.createDirectories(run.resolve("checkpoint.tmp/weights.safetensors/kept"));
        FileOperations full = new FullDisk();
        assertThrows(IOException.class, () -> new CheckpointFolder(run, full).write(States.after(2)));
        assertEquals(1, States.epochIn(run));
        assertTrue(Files.notExists(blocked), "what another write left is removed first");
        requireNextWriteWorks(run, 2);
    }

    /** Disk on which no file can be written. */
    private static final class FullDisk implements FileOperations {
        private final FileOperations disk = FileOperations.disk();

        @Override
        public void createFolder(Path folder) throws IOException {
            disk.createFolder(folder);
        }

        @Override
        public void write(Path file, Content content) throws IOException {
            throw new IOException("No space left on device");
        }

        @Override
        public void sync(Path folder) throws IOException {
            disk.sync(folder);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            disk.move(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            disk.delete(path);
        }
    }
}
