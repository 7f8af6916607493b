package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refusals of {@code lethe pack}, before it makes anything. */
class PackCommandTest {
    @TempDir
    private Path folder;

    private static String refusal(int exitCode, String... arguments) {
        StringWriter err = new StringWriter();
        assertEquals(exitCode, Lethe.run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments));
        return err.toString();
    }

    @Test
    void shouldRefuseAFileOfAnotherKind() {
        String said = refusal(2, "pack", "--out", folder.resolve("lethe.zip").toString());
        assertTrue(said.contains("ends neither in .tar.xz nor in .tar.gz"), said);
    }

    @Test
    void shouldRefuseToLeaveOutWhatTrains() {
        String said = refusal(2, "pack", "--without", "mnist,cpu");
        assertTrue(said.startsWith("lethe: a pack without cpu and without the bindings of CUDA could not train"), said);
    }

    @Test
    void shouldNameThePartsThereAre() {
        String said = refusal(2, "pack", "--without", "mnist,fonts");
        assertTrue(said.contains("expected one of [MNIST, FIGURES, CPU] (case-insensitive)"), said);
    }

    @Test
    void shouldKeepAnArchiveThatIsThere() throws IOException {
        Path file = Files.writeString(folder.resolve("lethe.tar.gz"), "precious");
        String said = refusal(1, "pack", "--out", file.toString());
        assertTrue(said.startsWith("lethe: " + file + " is there already"), said);
        assertEquals("precious", Files.readString(file));
    }
}
