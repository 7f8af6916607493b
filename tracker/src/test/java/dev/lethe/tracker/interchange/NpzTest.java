package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {
    private static final NumpyArray COUNTS = NumpyArray.of(IntStream.range(0, 50_000).map(i -> i % 7).toArray());

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("arrays.npz");
    }

    private static void write(NpzWriter npz) throws IOException {
        npz.add("counts", COUNTS);
        npz.add("rows", NumpyArray.of(new double[]{1, 2, 3, 4}).withShape(2, 2));
        npz.add("none", NumpyArray.of(new float[0]));
        npz.finish();
    }

    private static void assertHoldsWhatWasWritten(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined(); NpzReader npz = NpzReader.open(path)) {
            assertEquals(List.of("counts", "rows", "none"), npz.names());
            assertArrayEquals(COUNTS.toDoubles(), npz.read("counts", arena).toDoubles());
            assertEquals(ArrayShape.of(2, 2), npz.read("rows", arena).shape());
            assertEquals(0, npz.read("none", arena).toDoubles().length);
        }
    }

    @Test
    void shouldReadBackStoredAndDeflatedArrays() throws IOException {
        try (NpzWriter npz = NpzWriter.stored(file())) {
            write(npz);
        }
        assertHoldsWhatWasWritten(file());
        long stored = Files.size(file());
        try (NpzWriter npz = NpzWriter.deflated(file())) {
            write(npz);
        }
        assertHoldsWhatWasWritten(file());
        assertTrue(stored > COUNTS.data().byteSize());
        assertTrue(Files.size(file()) < stored / 10);
    }

    @Test
    void shouldMakeTheSameBytesOfTheSameArrays() throws IOException {
        try (NpzWriter npz = NpzWriter.deflated(file())) {
            write(npz);
        }
        try (NpzWriter npz = NpzWriter.deflated(folder.resolve("again.npz"))) {
            write(npz);
        }
        assertEquals(-1, Files.mismatch(file(), folder.resolve("again.npz")));
    }

    @Test
    void shouldLeaveNothingWithoutFinish() throws IOException {
        Files.writeString(file(), "precious");
        try (NpzWriter npz = NpzWriter.stored(file())) {
            npz.add("counts", COUNTS);
        }
        assertEquals("precious", Files.readString(file()));
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void shouldKeepWritersOfOneNameApart() throws IOException {
        try (NpzWriter first = NpzWriter.stored(file()); NpzWriter second = NpzWriter.deflated(file())) {
            write(second);
            first.add("other", COUNTS);
            assertHoldsWhatWasWritten(file());
        }
        assertHoldsWhatWasWritten(file());
    }

    @Test
    void shouldRefuseAName() throws IOException {
        try (NpzWriter npz = NpzWriter.stored(file())) {
            npz.add("counts", COUNTS);
            assertThrows(IllegalArgumentException.class, () -> npz.add("counts", COUNTS));
            assertThrows(IllegalArgumentException.class, () -> npz.add("", COUNTS));
        }
        assertFalse(Files.exists(file()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored", "deflated"})
    void shouldReadEveryTypeThatNumpyWrites(String method) throws IOException {
        try (Arena arena = Arena.ofConfined();
                NpzReader npz = NpzReader.open(Fixture.path("types-" + method + ".npz"))) {
            for (String order : List.of("little", "big")) {
                for (ElementType type : EnumSet.complementOf(EnumSet.of(ElementType.UINT64, ElementType.FLOAT16))) {
                    NumpyArray array = npz.read(order + "_" + type.code(), arena);
                    assertEquals(type, array.type());
                    boolean big = order.equals("big") && type.bytes() > 1;
                    assertEquals(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, array.order());
                    assertArrayEquals(expected(type), array.toDoubles(), array.toString());
                }
            }
            assertEquals(Long.MIN_VALUE, npz.read("little_i8", arena).longAt(0));
            assertEquals(Long.MAX_VALUE, npz.read("big_i8", arena).longAt(2));
            assertEquals(11, npz.read("rows", arena).withShape(12).doubleAt(11));
            assertEquals(ArrayShape.of(0, 4), npz.read("none", arena).shape());
        }
    }

    private static double[] expected(ElementType type) {
        if (type == ElementType.BOOL) {
            return new double[]{0, 1, 1};
        }
        if (!type.integral()) {
            return new double[]{-1.5, Double.POSITIVE_INFINITY, Double.NaN};
        }
        boolean signed = type.code().startsWith("i");
        double range = Math.pow(2, Byte.SIZE * type.bytes());
        // in a double, the largest int64 is 2^63
        double largest = (signed ? range / 2 : range) - (type == ElementType.INT64 ? 0 : 1);
        return new double[]{signed ? -range / 2 : 0, 7, largest};
    }

    @Test
    void shouldNameTheArraysWhereOneIsMissing() throws IOException {
        try (NpzWriter npz = NpzWriter.stored(file())) {
            write(npz);
        }
        try (NpzReader npz = NpzReader.open(file())) {
            assertEquals("file=" + file() + ": array=margin is not among its arrays [counts, rows, none]",
                    assertThrows(InterchangeException.class, () -> npz.read("margin", Arena.ofAuto())).getMessage());
        }
    }

    @Test
    void shouldRefuseAnAlteredArray() throws IOException {
        try (NpzWriter npz = NpzWriter.stored(file())) {
            write(npz);
        }
        byte[] bytes = Files.readAllBytes(file());
        bytes[1000] ^= 1;
        Files.write(file(), bytes);
        try (NpzReader npz = NpzReader.open(file())) {
            assertEquals("file=" + file() + " array=counts: altered, it does not match its size or checksum:"
                    + " restore it",
                    assertThrows(InterchangeException.class, () -> npz.read("counts", Arena.ofAuto())).getMessage());
        }
    }

    @Test
    void shouldRefuseWhatIsNoArchive() throws IOException {
        for (String content : List.of("", "id,score\n", "PK")) {
            Files.writeString(file(), content);
            String message = assertThrows(InterchangeException.class, () -> NpzReader.open(file())).getMessage();
            assertTrue(message.startsWith("file=" + file() + ": not an archive of arrays, or damaged: "), message);
        }
        assertThrows(NoSuchFileException.class, () -> NpzReader.open(folder.resolve("absent")));
    }

    /** Covers headers that claim any shape, and directories that claim any size. */
    @Test
    void shouldTakeNoMemoryForAnArrayThatTheArchiveCannotHold() throws IOException {
        byte[] header = new NpyHeader(ElementType.FLOAT64, ByteOrder.LITTLE_ENDIAN, ArrayShape.of(1L << 45)).encode();
        for (int method : new int[]{ZipEntry.STORED, ZipEntry.DEFLATED}) {
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file()))) {
                ZipEntry entry = new ZipEntry("big.npy");
                entry.setMethod(method);
                if (method == ZipEntry.STORED) {
                    CRC32 checksum = new CRC32();
                    checksum.update(header);
                    entry.setCrc(checksum.getValue());
                    entry.setSize(header.length);
                }
                zip.putNextEntry(entry);
                zip.write(header);
                zip.closeEntry();
                zip.putNextEntry(new ZipEntry("text.txt"));
                zip.write("not an array".getBytes(StandardCharsets.US_ASCII));
            }
            try (NpzReader npz = NpzReader.open(file())) {
                assertEquals(List.of("big"), npz.names());
                String message = assertThrows(InterchangeException.class, () -> npz.read("big", Arena.ofAuto()))
                        .getMessage();
                assertTrue(message.startsWith("file=" + file() + " array=big: truncated or altered, shape="
                        + "(35184372088832,) needs bytes=281474976710656 where the archive has size=128"), message);
            }
        }
    }
}
