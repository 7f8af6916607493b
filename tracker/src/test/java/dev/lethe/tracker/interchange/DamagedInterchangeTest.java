package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Truncated, altered and random files: each is read, or refused by the package's exception with the file's name, in
 * time and memory that its size explains.
 */
@Timeout(120)
class DamagedInterchangeTest {
    private static final int CASES = 300;
    private static final long MOST_HEAP = 4 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;
    private int refused;

    private interface Reading {
        void read(Path path) throws IOException;
    }

    private static void readArray(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            NpyFile.read(path, arena).toDoubles();
        }
    }

    private static void readArchive(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined(); NpzReader npz = NpzReader.open(path)) {
            for (String name : npz.names()) {
                npz.read(name, arena).toDoubles();
            }
        }
    }

    private static void readOrdering(Path path) throws IOException {
        PaperOrdering.read(path, 23, 9).scores();
    }

    private static void readTable(Path path) throws IOException {
        ImportedScores.csv(path, "id", "score", 1000).scored();
    }

    private static void readTexts(Path path) throws IOException {
        try (NpyFile file = NpyFile.open(path)) {
            file.texts();
        }
    }

    private static void readDictionary(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            PickledDictionary dictionary = PickledDictionary.read(path, arena);
            for (String key : dictionary.keys()) {
                dictionary.array(key).ifPresent(NumpyArray::toDoubles);
                dictionary.bytes(key);
                dictionary.numbers(key);
                dictionary.texts(key);
            }
        }
    }

    private void readOrRefuse(byte[] content, Reading reading) throws IOException {
        Path file = folder.resolve("damaged");
        Files.write(file, content);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            reading.read(file);
        } catch (InterchangeException e) {
            refused++;
            assertTrue(e.getMessage().startsWith("file=" + file), e.getMessage());
            assertTrue(e.getMessage().length() < 600 && e.getMessage().indexOf('\n') < 0, e.getMessage());
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MOST_HEAP, "heap bytes=" + allocated);
    }

    /** Tries every length, then random changes; sound files must be read. */
    private void damage(byte[] sound, Reading reading) throws IOException {
        Random random = new Random(sound.length);
        readOrRefuse(sound, reading);
        assertTrue(refused == 0, "the sound file is refused");
        int step = Math.max(1, sound.length / CASES);
        for (int length = 0; length < sound.length; length += step) {
            readOrRefuse(Arrays.copyOf(sound, length), reading);
        }
        for (int damage = 0; damage < CASES; damage++) {
            readOrRefuse(damaged(sound, random), reading);
        }
        assertTrue(refused > CASES / 4, "refused=" + refused);
    }

    private static byte[] damaged(byte[] sound, Random random) {
        byte[] bytes = sound.clone();
        int kind = random.nextInt(4);
        if (kind == 0) { // bits
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
        } else if (kind == 1) { // bytes, often those that lengths and signs have
            byte[] likely = {0, 1, -1, 0x7f, (byte) 0x80, '"', '\'', '\n', '(', '.', (byte) random.nextInt(256)};
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = likely[random.nextInt(likely.length)];
            }
        } else { // a part left out, or written twice
            int from = random.nextInt(bytes.length);
            int to = from + random.nextInt(Math.min(40, bytes.length - from));
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            output.write(bytes, 0, kind == 2 ? from : to);
            output.write(bytes, kind == 2 ? to : from, bytes.length - (kind == 2 ? to : from));
            bytes = output.toByteArray();
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"scores-version1.npy", "scores-version2.npy", "scores-version3.npy", "right.npy"})
    void shouldRefuseOrReadDamagedArrays(String fixture) throws IOException {
        damage(Fixture.bytes(fixture), DamagedInterchangeTest::readArray);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'descr': '<U4'", "'descr': '>U4'", "'descr': '|S16'"})
    void shouldRefuseOrReadDamagedTexts(String descr) throws IOException {
        String header = "{" + descr + ", 'fortran_order': True, 'shape': (2, 3), }\n";
        String text = (descr.contains("<")
                ? "c\0\0\0a\0\0\0t\0\0\0\0\0\0\0"
                : descr.contains(">") ? "\0\0\0c\0\0\0a\0\0\0t\0\0\0\0" : "a cat of names\0\0").repeat(6);
        damage(("\u0093NUMPY\u0001\0" + (char) header.length() + "\0" + header + text)
                .getBytes(StandardCharsets.ISO_8859_1), DamagedInterchangeTest::readTexts);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseOrReadDamagedDictionaries(boolean binary) throws IOException {
        damage(PickledDictionaryTest.ofPython2(binary), DamagedInterchangeTest::readDictionary);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseOrReadDamagedArchives(boolean deflated) throws IOException {
        Path file = folder.resolve("sound.npz");
        try (NpzWriter npz = deflated ? NpzWriter.deflated(file) : NpzWriter.stored(file)) {
            npz.add("a", NumpyArray.of(new double[]{1, 2, 3}));
            npz.add("b", NumpyArray.of(new int[300]).withShape(3, 100));
            npz.finish();
        }
        damage(Files.readAllBytes(file), DamagedInterchangeTest::readArchive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"types-stored.npz", "types-deflated.npz"})
    void shouldRefuseOrReadDamagedArchivesOfNumpy(String fixture) throws IOException {
        byte[] sound = Fixture.bytes(fixture);
        Random random = new Random(1);
        for (int damage = 0; damage < 300; damage++) {
            readOrRefuse(damaged(sound, random), DamagedInterchangeTest::readArchive);
        }
        assertTrue(refused > 100, "refused=" + refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ordering-numpy1-protocol0.pkl", "ordering-numpy2-protocol1.pkl",
            "ordering-numpy1-protocol2.pkl", "ordering-numpy2-protocol3.pkl", "ordering-numpy1-protocol4.pkl",
            "ordering-numpy2-protocol5.pkl", "lists-numpy1-protocol0.pkl", "lists-numpy2-protocol2.pkl",
            "lists-numpy2-protocol4.pkl"})
    void shouldRefuseOrReadDamagedOrderings(String fixture) throws IOException {
        damage(Fixture.bytes(fixture), DamagedInterchangeTest::readOrdering);
    }

    /** Tries programs that no pickler writes, of whole instructions and of arbitrary bytes. */
    @Test
    void shouldRefuseRandomPickles() throws IOException {
        Random random = new Random(5);
        String[] parts = {"(", ".", "0", "N", "\u0088", "I1\n", "K\u0003", "J\u0001\u0000\u0000\u0000", "F1.5\n",
                "G\u003f\u00f0\u0000\u0000\u0000\u0000\u0000\u0000", "Vindices\n", "Vforgetting counts\n", "Vi8\n",
                "V<\n", "Vlatin1\n", "C\u0001b", "U\u0002u1", "T\u0002\u0000\u0000\u0000u1", "S'x\\x41'\n",
                "\u0096\u0002\u0000\u0000\u0000\u0000\u0000\u0000\u0000ab", ")", "t",
                "\u0085", "\u0086", "\u0087", "]", "l", "a", "e", "}", "d", "s", "u", "q\u0001", "h\u0001", "\u0094",
                "cnumpy\ndtype\n", "cnumpy\nndarray\n", "cnumpy.core.multiarray\n_reconstruct\n",
                "cnumpy.core.multiarray\nscalar\n", "cnumpy._core.numeric\n_frombuffer\n", "c_codecs\nencode\n",
                "cbuiltins\nbytes\n", "R", "b", "\u0093"};
        for (int program = 0; program < 2000; program++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(60); length > 0; length--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            readOrRefuse(text.append('.').toString().getBytes(StandardCharsets.ISO_8859_1),
                    DamagedInterchangeTest::readOrdering);
            byte[] noise = new byte[random.nextInt(100)];
            random.nextBytes(noise);
            readOrRefuse(noise, DamagedInterchangeTest::readOrdering);
        }
        assertTrue(refused > 3900, "refused=" + refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void shouldRefuseOrReadDamagedTables(String separator) throws IOException {
        StringBuilder table = new StringBuilder("name,id,score\r\n");
        for (int id = 0; id < 100; id++) {
            table.append("\"image \"\"").append(id).append("\"\".png\",").append(id).append(',').append(id / 7.0)
                    .append("\r\n");
        }
        damage(table.toString().replace(",", separator).getBytes(StandardCharsets.UTF_8),
                DamagedInterchangeTest::readTable);
    }
}
