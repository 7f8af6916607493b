package dev.lethe.study.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @Test
    void shouldReplaceAnOlderFileWhole(@TempDir Path folder, @TempDir Path other) throws IOException {
        Path file = Files.writeString(folder.resolve("report.html"), "older");
        AtomicFiles.write(file, "newer");
        assertEquals("newer", Files.readString(file));
        assertEquals(permissions(Files.writeString(other.resolve("any"), "")), permissions(file));
        assertEquals(List.of(file), filesIn(folder));
    }

    @Test
    void shouldLeaveNothingBehindWhereItCannotWrite(@TempDir Path folder) throws IOException {
        Path taken = Files.createDirectory(folder.resolve("report.html"));
        Files.writeString(taken.resolve("kept"), "kept");
        assertThrows(IOException.class, () -> AtomicFiles.write(taken, "newer"));
        assertEquals(List.of(taken), filesIn(folder));
        assertThrows(IOException.class,
                () -> AtomicFiles.write(folder.resolve("missing").resolve("report.html"), "newer"));
    }

    /** Who may do what; nothing where the file system does not say. */
    private static Object permissions(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? Files.getPosixFilePermissions(file)
                : "";
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
