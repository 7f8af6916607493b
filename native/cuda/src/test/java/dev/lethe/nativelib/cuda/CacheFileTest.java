package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFileTest {
    @TempDir
    private Path temporary;

    @Test
    void shouldReplaceAFileAndMakeItsFolder() throws IOException {
        Path file = temporary.resolve("a/b/kernels.cubin");
        CacheFile.write(file, "first".getBytes());
        CacheFile.write(file, "second".getBytes());
        assertEquals("second", Files.readString(file));
        assertEquals(List.of(file), files(file.getParent()));
    }

    @Test
    void shouldLeaveNothingBesideAFileThatCannotBeReplaced() throws IOException {
        Path file = temporary.resolve("kernels.cubin");
        Files.createDirectories(file.resolve("a folder of that name, which is not empty"));
        assertThrows(IOException.class, () -> CacheFile.write(file, new byte[3]));
        assertEquals(List.of(file), files(temporary));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
