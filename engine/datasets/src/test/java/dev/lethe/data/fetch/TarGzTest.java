package dev.lethe.data.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarGzTest {
    @TempDir
    private Path temporary;
    private Path archive;
    private Path folder;

    @BeforeEach
    void chooseFiles() {
        archive = temporary.resolve("a.tar.gz");
        folder = temporary.resolve("into");
    }

    private void unpack(byte[] content) throws IOException {
        Files.write(archive, content);
        TarGz.unpack(archive, Files.createDirectories(folder));
    }

    private String refusal(byte[] content) {
        return assertThrows(DataSetException.class, () -> unpack(content)).getMessage();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void shouldUnpackFilesAndFolders() throws IOException {
        byte[] large = random(200_000);
        unpack(new TarBytes().entry("set/", '5', new byte[0]).file("set/a.bin", large).file("set/b.bin", random(512))
                .entry("set/old", '\0', random(3)).file("./set/empty", new byte[0])
                .prefixed("set/deep", "c.bin", random(9)).gzipped());
        assertArrayEquals(large, Files.readAllBytes(folder.resolve("set/a.bin")));
        assertArrayEquals(random(512), Files.readAllBytes(folder.resolve("set/b.bin")));
        assertArrayEquals(random(3), Files.readAllBytes(folder.resolve("set/old")));
        assertArrayEquals(random(9), Files.readAllBytes(folder.resolve("set/deep/c.bin")));
        assertEquals(0, Files.size(folder.resolve("set/empty")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "set/../../evil", "/evil", "set/..", "..", "C:evil", "..\\evil", "set/../evil"})
    void shouldRefusePathsThatLeadOut(String path) throws IOException {
        assertEquals(
                "archive " + archive + " holds the path '" + path + "', which leads out of its folder: it is damaged"
                        + " or not to be trusted, nothing of it is used",
                refusal(new TarBytes().file(path, random(3)).gzipped()));
        try (Stream<Path> files = Files.walk(temporary)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith("evil")));
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6', 'D', 'V'})
    void shouldRefuseLinksAndWhatElseIsNoFile(char type) throws IOException {
        assertEquals(
                "archive " + archive + " holds 'link' of type '" + type + "', which is neither file nor folder: it "
                        + "is damaged or not to be trusted, nothing of it is used",
                refusal(new TarBytes().entry("link", type, new byte[0]).gzipped()));
        assertTrue(refusal(new TarBytes().entry("link/", type, new byte[0]).gzipped()).contains("type '" + type));
    }

    @Test
    void shouldRefuseSparseFiles() throws IOException {
        assertEquals("archive " + archive + " holds a sparse file: it is damaged or not to be trusted, nothing of it "
                + "is used", refusal(new TarBytes().entry("set/a", 'S', random(3)).gzipped()));
    }

    /** Makes a record of an extended header, whose length counts itself. */
    private static byte[] extended(String keyAndValue) {
        String rest = " " + keyAndValue + "\n";
        int length = rest.length() + String.valueOf(rest.length() + 2).length();
        return (length + rest).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldPassOverExtendedHeadersThatSayOnlyWhen() throws IOException {
        unpack(new TarBytes().entry("pax", 'g', extended("comment=made in\n2009"))
                .entry("PaxHeaders/a", 'x', extended("mtime=1795591142.05")).file("set/a.bin", random(700)).gzipped());
        assertArrayEquals(random(700), Files.readAllBytes(folder.resolve("set/a.bin")));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("set")), files.toList());
        }
    }

    @Test
    void shouldReadLongNamesOfBothKinds() throws IOException {
        String posix = "set/" + "a".repeat(150) + ".bin";
        String gnu = "set/" + "b".repeat(150) + ".bin";
        unpack(new TarBytes().entry("PaxHeaders/a", 'x', extended("path=" + posix)).file("set/a", random(700))
                .entry("././@LongLink", 'L', (gnu + "\0").getBytes(StandardCharsets.UTF_8)).file("set/b", random(9))
                .gzipped());
        assertArrayEquals(random(700), Files.readAllBytes(folder.resolve(posix)));
        assertArrayEquals(random(9), Files.readAllBytes(folder.resolve(gnu)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"path=../../evil.bin", "path=set/../../evil.bin", "path=C:evil.bin", "linkpath=/etc/passwd",
            "size=12345678901", "size=-1", "hdrcharset=BINARY", "GNU.sparse.major=1"})
    void shouldRefuseExtendedHeadersThatLeadOutOrMakeAFileSomethingElse(String record) throws IOException {
        String message = refusal(new TarBytes().entry("PaxHeaders/a", 'x', extended(record)).file("set/a", random(3))
                .gzipped());
        assertTrue(message.startsWith("archive " + archive + " "), message);
        try (Stream<Path> files = Files.walk(temporary)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith("evil.bin")), message);
        }
    }

    @Test
    void shouldRefuseALongNameThatLeadsOut() throws IOException {
        assertTrue(
                refusal(new TarBytes().entry("././@LongLink", 'L', "../../evil.bin\0".getBytes()).file("a", random(3))
                        .gzipped()).contains("holds the path '../../evil.bin', which leads out of its folder"));
    }

    @ParameterizedTest
    @ValueSource(chars = {'x', 'X', 'g', 'L', 'K'})
    void shouldRefuseExtendedHeadersThatAreTooLargeOrTooMany(char type) throws IOException {
        byte[] large = new byte[(1 << 20) + 1];
        assertTrue(refusal(new TarBytes().entry("pax", type, large).gzipped())
                .contains("holds the extended header 'pax' of bytes=1048577"));
        TarBytes many = new TarBytes();
        for (int i = 0; i < 100; i++) { // the library calls itself for each
            many.entry("pax", type, extended("mtime=1795591142"));
        }
        assertTrue(refusal(many.file("a", random(3)).gzipped()).contains("number 6 before one file"));
    }

    @Test
    void shouldRefuseAnExtendedHeaderThatIsCutOff() throws IOException {
        assertTrue(refusal(new TarBytes().entry("pax", 'x', extended("mtime=1795591142")).gzippedUpTo(520))
                .startsWith("archive " + archive + " is damaged ("));
    }

    /** Random bytes in headers: all files lie in the folder, or a {@link DataSetException} says why not. */
    @Test
    void shouldRefuseOrUnpackWhateverIsReplacedInHeaders() throws IOException {
        Random random = new Random(5);
        int[] records = {0, 1, 2, 5, 6, 7}; // headers, and what the extended ones say
        int[] fields = {0, 4, 100, 124, 135, 156, 157, 257, 263, 345, 482};
        int refused = 0;
        for (int i = 0; i < 120; i++) {
            TarBytes tar = new TarBytes().entry("PaxHeaders/a", 'x', extended("path=set/" + "a".repeat(120)))
                    .file("set/a", random(600)).entry("././@LongLink", 'L', ("set/" + "b".repeat(120)).getBytes())
                    .file("set/b", random(9));
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                int at = fields[random.nextInt(fields.length)] + random.nextInt(4);
                tar.resealed(records[random.nextInt(records.length)] * 512 + at,
                        random.nextBoolean()
                                ? "./07xgLKS125\0".charAt(random.nextInt(13))
                                : (char) random.nextInt(256));
            }
            folder = temporary.resolve("deep").resolve("into" + i);
            try {
                unpack(tar.gzipped());
            } catch (DataSetException e) {
                refused++;
                assertTrue(e.getMessage().startsWith("archive " + archive + " "), e.getMessage());
            }
        }
        assertTrue(refused > 30 && refused < 110, "refused=" + refused);
        try (Stream<Path> outside = Files.list(temporary)) {
            assertEquals(List.of(archive, temporary.resolve("deep")), outside.sorted().toList());
        }
        try (Stream<Path> folders = Files.list(temporary.resolve("deep"))) {
            assertTrue(folders.allMatch(path -> path.getFileName().toString().startsWith("into")));
        }
    }

    @Test
    void shouldRefuseDamage() throws IOException {
        TarBytes tar = new TarBytes().file("set/a.bin", random(2000));
        String remedy = "): delete it and fetch it again";
        for (int length : new int[]{0, 100, 512, 1500, 2500, 2520, 2560}) {
            String message = refusal(tar.gzippedUpTo(length));
            assertTrue(message.startsWith("archive " + archive + " is damaged (") && message.endsWith(remedy), message);
            assertFalse(message.contains("null"), message);
            Files.deleteIfExists(folder.resolve("set/a.bin"));
        }
        byte[] whole = tar.gzipped();
        assertTrue(refusal(Arrays.copyOf(whole, whole.length / 2)).endsWith(remedy));
        assertTrue(refusal(random(100)).endsWith(remedy));
        Files.delete(folder.resolve("set/a.bin"));
        whole[whole.length - 8] ^= 1; // of gzip's checksum
        assertTrue(refusal(whole).endsWith(remedy));
        assertTrue(refusal(new TarBytes().file("a", random(3)).file("a", random(3)).gzipped())
                .contains("holds 'a' twice"));
    }

    @Test
    void shouldRefuseHeadersThatAreAltered() throws IOException {
        String remedy = ": it is damaged or not to be trusted, nothing of it is used";
        assertEquals("archive " + archive + " has a header with a wrong checksum" + remedy,
                refusal(new TarBytes().file("set/a.bin", random(9)).with(4, 'b').gzipped()));
        for (TarBytes tar : List.of(new TarBytes().file("set/a.bin", random(9)).with(148, '9').with(149, '\0'),
                new TarBytes().file("set/a.bin", random(9)).resealed(124, '9'), // no octal digit
                new TarBytes().file("set/a.bin", random(9)).resealed(124, '\u00ff'))) { // binary, negative
            String message = refusal(tar.gzipped());
            assertTrue(message.startsWith("archive " + archive + " is damaged (")
                    && message.endsWith("): delete it and fetch it again"), message);
        }
    }

    @Test
    void shouldAcceptAnArchiveThatOneRecordOfZerosEnds() throws IOException {
        unpack(new TarBytes().file("set/a.bin", random(9)).end().gzippedUpTo(3 * 512));
        assertArrayEquals(random(9), Files.readAllBytes(folder.resolve("set/a.bin")));
    }
}
