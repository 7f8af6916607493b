package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.tracker.io.RecordedOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnfinishedFileTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("table.csv");
    }

    private void write(String content, RecordedOperations operations) throws IOException {
        try (UnfinishedFile file = new UnfinishedFile(file(), operations)) {
            file.output().write(content.getBytes());
            file.finish();
        }
    }

    private void assertHolds(String content) throws IOException {
        assertEquals(content, Files.readString(file()));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file()), files.toList());
        }
    }

    @Test
    void shouldSyncTheFolderAfterTheRename() throws IOException {
        for (String content : List.of("new", "replaced")) {
            RecordedOperations operations = RecordedOperations.sound();
            write(content, operations);
            assertEquals(2, operations.done().size(), operations.done().toString());
            assertEquals("sync " + folder.getFileName(), operations.done().getLast());
            assertHolds(content);
        }
    }

    @Test
    void shouldKeepTheFileBeforeWhereTheRenameFails() throws IOException {
        write("before", RecordedOperations.sound());
        IOException refused = assertThrows(IOException.class, () -> write("after", RecordedOperations.failing("move")));
        assertEquals("Input/output error", refused.getMessage());
        assertHolds("before");
    }

    /** Covers a rename that cannot be taken back: the file is whole. */
    @Test
    void shouldSayThatAFileInPlaceMayNotBeDurable() throws IOException {
        write("before", RecordedOperations.sound());
        IOException refused = assertThrows(IOException.class, () -> write("after", RecordedOperations.failing("sync")));
        assertEquals("Input/output error", refused.getMessage());
        assertHolds("after");
    }
}
