package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
    @TempDir
    private Path folder;

    @Test
    void shouldDigestTheContentOfAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "abc");
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                Sha256.ofFile(file).hex());
        assertEquals(Sha256.ofText(""), Sha256.ofFile(Files.createFile(folder.resolve("empty"))));
    }

    @Test
    void shouldNameTheFileThatItCannotRead() {
        // some systems open a folder and then cannot read it
        String message = assertThrows(IOException.class, () -> Sha256.ofFile(folder)).getMessage();
        assertTrue(message.contains(folder.toString()), message);
        assertThrows(NoSuchFileException.class, () -> Sha256.ofFile(folder.resolve("missing")));
    }
}
