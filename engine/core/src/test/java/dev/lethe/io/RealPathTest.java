package dev.lethe.io;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealPathTest {
    @TempDir
    private Path temporary;
    private Path data;

    @BeforeEach
    void makeFolders() throws IOException {
        data = Files.createDirectories(temporary.resolve("data"));
        Files.createDirectories(data.resolve("train"));
        Files.createDirectories(temporary.resolve("database"));
        Files.createSymbolicLink(temporary.resolve("link"), Path.of("data"));
        Files.createSymbolicLink(temporary.resolve("inner"), data.resolve("train"));
        Files.createSymbolicLink(temporary.resolve("dangling"), data.resolve("missing"));
    }

    private boolean isInside(String path) throws IOException {
        return RealPath.isInside(temporary.resolve(path), data);
    }

    @Test
    void shouldFindWhatLeadsIntoTheFolder() throws IOException {
        for (String path : new String[]{"data", "data/train", "data/new/run", "link", "link/new", "inner/new",
                "database/../data/new", "new/../data", "new/../link/new", "data/.", "inner/..", "inner/../new"}) {
            assertTrue(isInside(path), path);
        }
    }

    @Test
    void shouldLeaveOtherPlacesAlone() throws IOException {
        for (String path : new String[]{"", "database", "database/data", "new", "data/../new", "new/data",
                "link/../new",
                "inner/../../database"}) {
            assertFalse(isInside(path), path);
        }
        assertFalse(RealPath.isInside(data, temporary.resolve("missing")));
    }

    @Test
    void shouldUnderstandRelativePaths() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        assertTrue(RealPath.isInside(Path.of("new/run"), here));
        assertTrue(RealPath.isInside(Path.of(""), here));
        assertFalse(RealPath.isInside(Path.of("../new"), here));
    }
}
