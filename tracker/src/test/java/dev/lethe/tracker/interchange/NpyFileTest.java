package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("array.npy");
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static String refusal(Path path) {
        return assertThrows(InterchangeException.class, () -> NpyFile.read(path, Arena.ofAuto())).getMessage();
    }

    /** Writes a header with the given dictionary, and zeros after it. */
    private void write(String dictionary, int bytes) throws IOException {
        byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
        byte[] content = Arrays.copyOf(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length,
                (byte) (text.length >> Byte.SIZE)}, 10 + text.length + bytes);
        System.arraycopy(text, 0, content, 10, text.length);
        Files.write(file(), content);
    }

    private String refusal(String dictionary, int bytes) throws IOException {
        write(dictionary, bytes);
        String message = refusal(file());
        String start = "file=" + file() + ": ";
        assertTrue(message.startsWith(start), message);
        return message.substring(start.length());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldReadEveryVersionThatNumpyWrites(int version) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            NumpyArray array = NpyFile.read(Fixture.path("scores-version" + version + ".npy"), arena);
            assertEquals(ArrayShape.of(4), array.shape());
            assertArrayEquals(new double[]{0.5, -1.25, Double.NaN, 3}, array.toDoubles());
        }
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void shouldReadBackWhatItWrote(ElementType type) throws IOException {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            MemorySegment data = MemorySegment.ofArray(new byte[6 * type.bytes()]);
            data.fill((byte) 1);
            NpyFile.write(file(), NumpyArray.of(type, order, ArrayShape.of(2, 3), data));
            try (Arena arena = Arena.ofConfined()) {
                NumpyArray array = NpyFile.read(file(), arena);
                assertEquals(type, array.type());
                assertEquals(type.bytes() == 1 ? ByteOrder.LITTLE_ENDIAN : order, array.order());
                assertEquals(ArrayShape.of(2, 3), array.shape());
                assertEquals(-1, data.mismatch(array.data()));
            }
        }
    }

    @Test
    void shouldWriteAndReadNothing() throws IOException {
        NpyFile.write(file(), NumpyArray.of(new float[0]).withShape(0, 5));
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(ArrayShape.of(0, 5), NpyFile.read(file(), arena).shape());
        }
    }

    @Test
    void shouldAlignTheElements() throws IOException {
        for (int digits = 0; digits < 12; digits++) {
            long length = (long) Math.pow(10, digits);
            NpyHeader header = new NpyHeader(ElementType.FLOAT32, ByteOrder.LITTLE_ENDIAN, ArrayShape.of(length, 7));
            byte[] bytes = header.encode();
            assertEquals(0, bytes.length % 64);
            assertEquals('\n', bytes[bytes.length - 1]);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "complex|descr='<c8' is not a type that is read here",
            "object|descr='|O' is not a type that is read here",
            "structured|descr=[('id', '<i4'), ('score', '<f4')] is not a type that is read here",
            "text|descr='<U2' is a type of texts where numbers are needed: convert the array with astype",
            "scalar|descr='<f8' shape=(): dimensions=0: only arrays of 1 to 4 dimensions are read and written",
            "dimensions|descr='<f8' shape=(1, 1, 2, 1, 3): dimensions=5: only arrays of 1 to 4 dimensions are"},
            quoteCharacter = '`')
    void shouldRefuseOtherArraysByTheirType(String fixture, String problem) {
        Path path = Fixture.path("refused-" + fixture + ".npy");
        String message = refusal(path);
        assertTrue(message.startsWith("file=" + path + ": " + problem), message);
    }

    @Test
    void shouldReadAndWriteImages() throws IOException {
        NumpyArray images = NumpyArray.ofUnsigned(new byte[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        NpyFile.write(file(), images.withShape(2, 1, 2, 3));
        try (Arena arena = Arena.ofConfined()) {
            NumpyArray read = NpyFile.read(file(), arena);
            assertEquals(ArrayShape.of(2, 1, 2, 3), read.shape());
            assertEquals(7, read.longAt(6));
        }
    }

    @Test
    void shouldReadAFortranArrayOfOneDimension() throws IOException {
        NpyFile.write(file(), NumpyArray.of(new int[]{1, 2}));
        String header = Files.readString(file(), StandardCharsets.ISO_8859_1);
        Files.writeString(file(), header.replace("False", "True "), StandardCharsets.ISO_8859_1);
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(new double[]{1, 2}, NpyFile.read(file(), arena).toDoubles());
        }
    }

    @Test
    void shouldReadTheHeadersOfPython2AndOfOtherWriters() throws IOException {
        String python2 = "{'descr': '<i4', 'fortran_order': False, 'shape': (1L,), }\n";
        String compact = "{\"shape\":(1,),\"descr\":\"<i4\",\"fortran_order\":False}";
        for (String header : List.of(python2, compact)) {
            write(header, Integer.BYTES);
            try (Arena arena = Arena.ofConfined()) {
                assertArrayEquals(new double[1], NpyFile.read(file(), arena).toDoubles());
            }
            assertEquals("truncated, bytes=3 after its header where shape=(1,) needs 4", refusal(header, 3));
            assertEquals("altered, or several arrays one after the other, bytes=5 after its header where shape=(1,)"
                    + " needs 4", refusal(header, 5));
        }
    }

    @Test
    void shouldRefuseHeadersThatNumpyDoesNotWrite() throws IOException {
        for (String header : List.of("", " ", "{", "}", "{}", "[]", "{'descr': '<i4'}", "{'descr': '<i4', ",
                "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
                "{'descr': '<i4', 'fortran_order': 0, 'shape': (1,)}",
                "{'descr': '<i4', 'fortran_order': False, 'shape': 1}",
                "{'descr': '<i4', 'fortran_order': False, 'shape': (1)}",
                "{'descr': '<i4', 'descr': '<i4', 'fortran_order': False, 'shape': (1,)}",
                "{'descr': '<i4', 'fortran_order': False, 'shape': (1,)} 1", "{'a' 1}", "{a: 1}", "{'a': (1}", "{'")) {
            String message = refusal(header, 4);
            assertTrue(message.startsWith("not written by NumPy, its header is "), header + " -> " + message);
        }
        for (String descr : List.of("'='", "''", "'i4'", "'=i4'", "'|i4'", "'<i4", "'<i4' + ''", "None", "'<u16'",
                "'<U0'", "'|U3'", "'<S3'", "'<U100000'", "'<U99999999999'", "'|S-1'", "'<U2\"")) {
            String message = refusal("{'descr': " + descr + ", 'fortran_order': False, 'shape': (1,)}", 4);
            assertTrue(message.startsWith("descr=") || message.startsWith("not written by NumPy"), message);
        }
    }

    @Test
    void shouldRefuseImpossibleShapesBeforeTakingMemory() throws IOException {
        for (String shape : List.of("(100000000000,)", "(9223372036854775807,)", "(4294967296, 4294967296)",
                "(9223372036854775807, 3)", "(-1,)", "(99999999999999999999,)", "(1, x)", "(,)", "(1 2,)")) {
            String message = refusal("{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + "}", 8);
            assertTrue(message.contains("shape"), shape + " -> " + message);
        }
    }

    @Test
    void shouldRefuseWhatIsNoArray() throws IOException {
        Files.writeString(file(), "id,score\n0,1\n");
        assertEquals("file=" + file() + ": not a NumPy array, its first bytes are 69642c73636f", refusal(file()));
        Files.write(file(), new byte[0]);
        assertEquals("file=" + file() + ": not a NumPy array, its first bytes are ", refusal(file()));
        byte[] newer = Fixture.bytes("scores-version1.npy");
        newer[6] = 4;
        Files.write(file(), newer);
        assertEquals("file=" + file() + ": npy version=4.0, this library reads 1.0, 2.0 and 3.0", refusal(file()));
        byte[] wide = Fixture.bytes("scores-version2.npy");
        wide[10] = 1;
        Files.write(file(), wide);
        assertEquals("file=" + file() + ": header=65652 bytes, a simple array has no more than 65536",
                refusal(file()));
        assertThrows(NoSuchFileException.class, () -> NpyFile.read(folder.resolve("absent"), Arena.ofAuto()));
    }

    @Test
    void shouldLeaveTheFileAsItWasWhenWritingFails() throws IOException {
        NpyFile.write(file(), NumpyArray.of(new int[]{1}));
        byte[] before = Files.readAllBytes(file());
        ArraySource failing = ArraySource.computed(ElementType.INT32, ArrayShape.of(1_000_000), index -> {
            if (index == 900_000) {
                throw new IllegalStateException("no such score");
            }
            return index;
        });
        assertThrows(IllegalStateException.class, () -> NpyFile.write(file(), failing));
        assertArrayEquals(before, Files.readAllBytes(file()));
        assertEquals(List.of("array.npy"), files());
        NpyFile.write(file(), NumpyArray.of(new int[]{1, 2}));
        assertEquals(before.length + Integer.BYTES, Files.size(file()));
        assertEquals(List.of("array.npy"), files());
    }

    @Test
    void shouldRefuseASourceThatWritesMoreOrLessThanItsShape() throws IOException {
        ArraySource liar = new ArraySource() {
            @Override
            public ElementType type() {
                return ElementType.UINT8;
            }

            @Override
            public ByteOrder order() {
                return ByteOrder.LITTLE_ENDIAN;
            }

            @Override
            public ArrayShape shape() {
                return ArrayShape.of(3);
            }

            @Override
            public void writeTo(OutputStream output) throws IOException {
                output.write(1);
            }
        };
        assertTrue(assertThrows(IllegalStateException.class, () -> NpyFile.write(file(), liar)).getMessage()
                .endsWith("wrote bytes=1 where shape=(3,) has 3"));
        assertEquals(List.of(), files());
    }

    /** Covers off-heap arrays such as a history's sums, which must not be copied to the heap. */
    @Test
    void shouldStreamSegmentsWithoutCopyingThemToTheHeap() throws IOException {
        long rows = 4 << 20;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(rows * Float.BYTES, Float.BYTES);
            data.setAtIndex(ValueLayout.JAVA_FLOAT, rows - 1, 2.5f);
            NumpyArray array = NumpyArray.of(ElementType.FLOAT32, ByteOrder.nativeOrder(), ArrayShape.of(rows), data);
            long before = threads.getCurrentThreadAllocatedBytes();
            NpyFile.write(file(), array);
            NumpyArray read = NpyFile.read(file(), arena);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1 << 20, "heap bytes=" + allocated);
            assertEquals(-1, data.mismatch(read.data()));
        }
    }
}
