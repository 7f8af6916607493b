package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.tracker.io.RecordedOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names of histories, which a power cut must not undo once epochs are committed under them. */
class DurableNameTest {
    private static final TrackerSpec SPEC = TrackerSpec.of(10, 2);

    @TempDir
    private Path parent;
    private Path folder;
    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(parent.resolve("histories"));
        file = folder.resolve("run.lethe");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldSyncTheFolderOfANewHistoryAfterItsRename() throws IOException {
        RecordedOperations operations = RecordedOperations.sound();
        FileMedium.create(file, SPEC, operations).close();
        assertEquals(List.of("move run.lethe.new run.lethe", "sync histories"), operations.done());
        History.open(file).close();
    }

    /** Covers a creating process that was killed before it could sync the folder. */
    @Test
    void shouldSyncTheFolderOfAResumedHistory() throws IOException {
        ForgettingTracker.create(file, SPEC).close();
        RecordedOperations operations = RecordedOperations.sound();
        FileMedium.open(file, operations).close();
        assertEquals(List.of("sync histories"), operations.done());
    }

    @Test
    void shouldSyncTheFolderOfAHistoryThatIsNamedWithoutOne() throws IOException {
        RecordedOperations operations = RecordedOperations.sound();
        Path relative = Path.of("").toAbsolutePath().relativize(file);
        FileMedium.create(relative, SPEC, operations).close();
        operations.syncFolderOf(Path.of("run.lethe"));
        assertEquals("sync " + Path.of("").toAbsolutePath().getFileName(), operations.done().getLast());
        assertEquals("sync histories", operations.done().get(1));
    }

    @Test
    void shouldLeaveNoHistoryWhoseNameIsNotDurable() throws IOException {
        for (String operation : List.of("move", "sync")) {
            IOException refused = assertThrows(IOException.class,
                    () -> FileMedium.create(file, SPEC, RecordedOperations.failing(operation)));
            assertEquals("history=" + file + ": its name could not be made durable, Input/output error: check the disk "
                    + "and its free space, and try again", refused.getMessage(), operation);
            assertEquals(List.of("run.lethe.lock"), files(), operation);
        }
        ForgettingTracker.create(file, SPEC).close(); // the lock is free
    }

    @Test
    void shouldGiveBackAResumedHistoryWhoseNameIsNotDurable() throws IOException {
        ForgettingTracker.create(file, SPEC).close();
        IOException refused = assertThrows(IOException.class,
                () -> FileMedium.open(file, RecordedOperations.failing("sync")));
        assertEquals("history=" + file + ": its name could not be made durable, Input/output error: check the disk "
                + "and its free space, and try again", refused.getMessage());
        ForgettingTracker.resume(file, SPEC).close(); // the lock is free
    }
}
