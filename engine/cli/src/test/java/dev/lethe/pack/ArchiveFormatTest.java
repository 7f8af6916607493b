package dev.lethe.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveFormatTest {
    private static final String LONG_NAME = "a".repeat(120);

    @TempDir
    private Path folder;

    /** Makes a folder with a script, a text that only its owner may read, a link, an empty folder and a long name. */
    private Path top(String in) throws IOException {
        Path top = Files.createDirectories(folder.resolve(in).resolve("top"));
        Path script = Files.writeString(top.resolve("run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(Files.writeString(top.resolve("text"), "content"),
                PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(top.resolve("link"), Path.of("text"));
        Files.setPosixFilePermissions(Files.createDirectory(top.resolve("empty")),
                PosixFilePermissions.fromString("rwx------"));
        Files.writeString(top.resolve(LONG_NAME), "");
        Files.createSymbolicLink(top.resolve("empty/up"), Path.of("..", "run"));
        return top;
    }

    private static List<String> read(Path archive) throws IOException, CompressorException {
        List<String> entries = new ArrayList<>();
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                InputStream unzipped = new CompressorStreamFactory(true).createCompressorInputStream(file);
                TarArchiveInputStream tar = new TarArchiveInputStream(unzipped)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertEquals("root:0 root:0", entry.getUserName() + ":" + entry.getLongUserId() + " "
                        + entry.getGroupName() + ":" + entry.getLongGroupId());
                entries.add("%o %s %s '%s'".formatted(entry.getMode() & 0777, entry.getName(), entry.getLinkName(),
                        new String(tar.readAllBytes())).replace("  ", " "));
            }
        }
        return entries;
    }

    @ParameterizedTest
    @EnumSource
    void shouldArchiveAFolderForOtherUsers(ArchiveFormat format) throws Exception {
        Path archive = folder.resolve("archive" + format.suffix());
        format.write(top("a"), archive);
        assertEquals(List.of("755 top/ ''", "644 top/" + LONG_NAME + " ''", "755 top/empty/ ''",
                "777 top/empty/up ../run ''", "777 top/link text ''", "755 top/run '#!/bin/sh\n'",
                "644 top/text 'content'"), read(archive));
    }

    /** Most users unpack with the programs of their system. */
    @ParameterizedTest
    @EnumSource
    void shouldArchiveForTheTarOfTheSystem(ArchiveFormat format) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/tar")) && Files.isExecutable(Path.of("/usr/bin/xz")),
                "tar or xz is not installed");
        Path archive = folder.resolve("archive" + format.suffix());
        format.write(top("a"), archive);
        Process tar = new ProcessBuilder("tar", "--list", "--verbose", "--numeric-owner", "--file=" + archive)
                .redirectErrorStream(true).start();
        String listed = new String(tar.getInputStream().readAllBytes());
        assertEquals(0, tar.waitFor());
        assertTrue(listed.matches("(?s)drwxr-xr-x 0/0 .* top/\n-rw-r--r-- 0/0 .* top/" + LONG_NAME
                + "\ndrwxr-xr-x 0/0 .* top/empty/\nl.* 0/0 .* top/empty/up -> ../run\nl.* 0/0 .* top/link -> text\n"
                + "-rwxr-xr-x 0/0 .* top/run\n-rw-r--r-- 0/0 .* top/text\n"), listed);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSameBytesForTheSameFolderAtAnotherTimeAndPlace(ArchiveFormat format) throws IOException {
        Path first = top("a");
        Path second = top("b");
        Files.setLastModifiedTime(second.resolve("text"), FileTime.fromMillis(1_000_000));
        format.write(first, folder.resolve("first"));
        format.write(second, folder.resolve("second"));
        assertArrayEquals(Files.readAllBytes(folder.resolve("first")), Files.readAllBytes(folder.resolve("second")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../../secret", "../top-secret/a", ".."})
    void shouldRefuseALinkThatLeadsOut(String target) throws IOException {
        Path top = top("a");
        Path link = Files.createSymbolicLink(top.resolve("out"), Path.of(target));
        assertEquals(link + " is a link to " + target + ", outside the pack: put a copy in its place",
                assertThrows(PackException.class, () -> ArchiveFormat.GZIP.write(top, folder.resolve("archive")))
                        .getMessage());
    }

    @Test
    void shouldRefuseWhatIsNeitherFileNorFolder() throws Exception {
        Path pipe = top("a").resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "there are no pipes");
        assertEquals(pipe + " is neither file, folder nor link: take it out of what is packed",
                assertThrows(PackException.class,
                        () -> ArchiveFormat.XZ.write(pipe.getParent(), folder.resolve("archive"))).getMessage());
    }

    @Test
    void shouldNameAFolderThatIsMissing() {
        Path missing = folder.resolve("missing");
        assertEquals(missing.toString(), assertThrows(NoSuchFileException.class,
                () -> ArchiveFormat.GZIP.write(missing, folder.resolve("archive.tar.gz"))).getFile());
    }

    @Test
    void shouldFindTheFormatInAName() {
        assertEquals(Optional.of(ArchiveFormat.XZ), ArchiveFormat.of(Path.of("a", "lethe.tar.xz")));
        assertEquals(Optional.of(ArchiveFormat.GZIP), ArchiveFormat.of(Path.of("lethe.tar.gz")));
        assertEquals(Optional.empty(), ArchiveFormat.of(Path.of("lethe.zip")));
    }
}
