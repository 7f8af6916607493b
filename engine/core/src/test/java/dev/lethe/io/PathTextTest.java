package dev.lethe.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTextTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"a.png", "a b%20c.png", "100%.png", "日本語.png", "é.png", "e\u0301.png", "😀", "a\\b", "a\nb",
            "#?&;:@[x]", "..png"})
    void shouldGiveNamesAsTheyAre(String name) throws IOException {
        assumeTrue(System.getProperty("sun.jnu.encoding").equals("UTF-8"));
        Path file = Files.createFile(folder.resolve(name));
        assertEquals(name, PathText.name(file));
        assertEquals(name, PathText.below(folder, file));
        assertEquals("x/" + name, PathText.below(folder, folder.resolve("x").resolve(name)));
    }

    /** The shell makes the files, since Java cannot name them in every locale. */
    @Test
    void shouldGiveBytesThatAreNotText() throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "for name in '\\351t\\351' 'a\\377' '\\303' '\\303\\251\\200b'; "
                + "do : > \"$(printf \"$name\")\"; done").directory(folder.toFile()).inheritIO().start();
        assertEquals(0, shell.waitFor());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of("\\xC3", "\\xE9t\\xE9", "a\\xFF", "é\\x80b"),
                    files.map(PathText::name).sorted().toList());
        }
    }

    @Test
    void shouldNameFoldersAndRefuseStrangers() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("cats/big"));
        assertEquals("big", PathText.name(inner));
        assertEquals("cats/big/",
                PathText.below(folder, inner) + (PathText.below(folder, inner).endsWith("/") ? "" : "/"));
        assertEquals("", PathText.name(folder.getRoot()));
        assertEquals("path=" + folder + " is not below folder=" + inner,
                assertThrows(IllegalArgumentException.class, () -> PathText.below(inner, folder)).getMessage());
    }
}
