package dev.lethe.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Archives as tar unpacks them. */
class ArchiveFormatTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void shouldArchiveAFolderForOtherUsers(ArchiveFormat format) throws Exception {
        assumeTrue(format != ArchiveFormat.XZ || ArchiveFormat.smallest() == format, "xz is not installed");
        Path top = Files.createDirectory(folder.resolve("top"));
        Path script = Files.writeString(top.resolve("run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(Files.writeString(top.resolve("text"), "content"),
                PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(top.resolve("link"), Path.of("text"));
        Path archive = folder.resolve("archive" + format.suffix());

        format.write(top, archive, folder.resolve("errors"));

        Process tar = new ProcessBuilder("tar", "--list", "--verbose", "--numeric-owner", "--file=" + archive).start();
        String listed = new String(tar.getInputStream().readAllBytes());
        assertEquals(0, tar.waitFor());
        assertTrue(listed.matches("(?s)drwxr-xr-x 0/0 .* top/\nl.* 0/0 .* top/link -> text\n"
                + "-rwxr-xr-x 0/0 .* top/run\n-rw-r--r-- 0/0 .* top/text\n"), listed);
    }

    @Test
    void shouldSayWhatTarComplainsOf() throws IOException {
        String message = assertThrows(PackException.class, () -> ArchiveFormat.GZIP.write(folder.resolve("missing"),
                folder.resolve("archive.tar.gz"), folder.resolve("errors"))).getMessage();
        assertTrue(message.contains("missing"), message);
    }

    @Test
    void shouldFilterNativeCodeOfTheProcessorItIsFor() {
        assertTrue(ArchiveFormat.xz("amd64").containsAll(List.of("--x86", "--lzma2=preset=6")));
        assertFalse(ArchiveFormat.xz("aarch64").contains("--x86"));
    }

    @Test
    void shouldFindTheFormatInAName() {
        assertEquals(Optional.of(ArchiveFormat.XZ), ArchiveFormat.of(Path.of("a", "lethe.tar.xz")));
        assertEquals(Optional.of(ArchiveFormat.GZIP), ArchiveFormat.of(Path.of("lethe.tar.gz")));
        assertEquals(Optional.empty(), ArchiveFormat.of(Path.of("lethe.zip")));
    }
}
