package dev.lethe.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    private static final int WRITES = 50;

    @TempDir
    private Path folder;

    @Test
    void shouldReplaceAnOlderFileWhole(@TempDir Path other) throws IOException {
        Path file = Files.writeString(folder.resolve("report.html"), "older");
        AtomicFiles.write(file, "newer");
        assertEquals("newer", Files.readString(file));
        assertEquals(permissions(Files.writeString(other.resolve("any"), "")), permissions(file));
        assertEquals(List.of("report.html"), names());
        AtomicFiles.stream(file, output -> output.write("newest".getBytes()));
        assertEquals("newest", Files.readString(file));
        assertEquals(List.of("report.html"), names());
    }

    @Test
    void shouldLeaveNothingBehindWhereItCannotWrite() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("report.html"));
        Files.writeString(taken.resolve("kept"), "kept");
        assertThrows(IOException.class, () -> AtomicFiles.write(taken, "newer"));
        assertEquals(List.of("report.html"), names());
        assertThrows(IOException.class,
                () -> AtomicFiles.write(folder.resolve("missing").resolve("report.html"), "newer"));
    }

    @Test
    void shouldNameTheFileAndLeaveTheOlderOneWhereTheDiskIsFull() throws IOException {
        Path file = Files.writeString(folder.resolve("report.html"), "older");
        IOException failure = assertThrows(IOException.class, () -> AtomicFiles.write(file, (FileChannel _) -> {
            throw new IOException("No space left on device");
        }));
        assertEquals(file + " could not be written, No space left on device: check the disk and its free space, and "
                + "try again", failure.getMessage());
        assertEquals("older", Files.readString(file));
        assertEquals(List.of("report.html"), names());
    }

    @Test
    void shouldAppendToAFileThatExists() throws IOException {
        Path file = Files.writeString(folder.resolve("metrics.csv"), "epoch\n");
        AtomicFiles.append(file, "1\n");
        AtomicFiles.append(file, "2\n");
        assertEquals("epoch\n1\n2\n", Files.readString(file));
        assertThrows(IOException.class, () -> AtomicFiles.append(folder.resolve("missing"), "1\n"));
        assertEquals(List.of("metrics.csv"), names());
    }

    @Test
    void shouldLetTwoThreadsReplaceOneFile() throws Exception {
        Path file = folder.resolve("results.json");
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> writers = new ArrayList<>();
            for (String text : List.of("first", "second")) {
                writers.add(threads.submit(() -> {
                    for (int i = 0; i < WRITES; i++) {
                        AtomicFiles.write(file, text.repeat(100));
                    }
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get(); // which throws what the writer threw
            }
        }
        assertTrue(List.of("first".repeat(100), "second".repeat(100)).contains(Files.readString(file)));
        assertEquals(List.of("results.json"), names());
    }

    @Test
    void shouldLetTwoProcessesReplaceOneFile() throws Exception {
        Path file = folder.resolve("results.json");
        try (WritingProcess other = WritingProcess.start(file, WRITES)) {
            for (int i = 0; i < WRITES; i++) {
                AtomicFiles.write(file, WritingProcess.CONTENT);
            }
            assertEquals(WritingProcess.WRITTEN, other.nextLine());
        }
        assertEquals(WritingProcess.CONTENT, Files.readString(file));
        assertEquals(List.of("results.json"), names());
    }

    /** A writer that lives keeps its temporary file; that of a killed one is removed by the next write. */
    @Test
    void shouldRemoveTheTemporaryFilesOfKilledProcessesOnly() throws Exception {
        Path file = folder.resolve("results.json");
        String live;
        try (WritingProcess other = WritingProcess.start(file, WritingProcess.NEVER_ENDING)) {
            assertEquals(WritingProcess.WRITING, other.nextLine());
            live = names().getFirst();
            assertTrue(Leftovers.isTemporary(folder.resolve(live)), live);
            AtomicFiles.write(folder.resolve("study.json"), "{}");
            assertEquals(List.of(live, "study.json"), names());
        }
        assertEquals(List.of(live, "study.json"), names(), "it was killed");
        AtomicFiles.write(folder.resolve("study.json"), "{}");
        assertEquals(List.of("study.json"), names());
    }

    @Test
    void shouldLeaveTheFilesOfOthersAlone() throws IOException {
        List<String> others = List.of("a.0123456789ABCDEF.partial", "b.0123456789abcdef.partial.txt", "film.partial",
                "z.0123456789abcdef.part");
        for (String name : others) {
            Files.writeString(folder.resolve(name), "precious");
        }
        Files.createDirectory(folder.resolve("d.0123456789abcdef.partial"));
        AtomicFiles.write(folder.resolve("study.json"), "{}");
        List<String> expected = new ArrayList<>(others);
        expected.addAll(List.of("d.0123456789abcdef.partial", "study.json"));
        assertEquals(expected.stream().sorted().toList(), names());
    }

    /** A write within a write, of another file in the same folder, does not take the outer one for a leftover. */
    @Test
    void shouldKeepTheTemporaryFilesOfThisProcess() throws IOException, ExecutionException {
        Path outer = folder.resolve("outer");
        AtomicFiles.stream(outer, output -> {
            AtomicFiles.write(folder.resolve("inner"), "inner");
            output.write("outer".getBytes());
        });
        assertEquals("outer", Files.readString(outer));
        assertEquals(List.of("inner", "outer"), names());
    }

    /** Who may do what; nothing where the file system does not say. */
    private static Object permissions(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? Files.getPosixFilePermissions(file)
                : "";
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
