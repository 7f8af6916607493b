package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.interchange.PaperOrdering.PossibleCounts;
import dev.lethe.tracker.io.HookedChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of other tools that cannot be read in full, or change while they are read and afterwards. */
class ChangedArrayTest {
    private static final int ELEMENTS = 300_000; // 1.2 MB take two reads
    private static final int EXAMPLES = 23;
    private static final PossibleCounts COUNTS = new PossibleCounts(9, 1);

    @TempDir
    private Path folder;

    private Path array() throws IOException {
        Path file = folder.resolve("array.npy");
        NpyFile.write(file, NumpyArray.of(IntStream.range(0, ELEMENTS).toArray()));
        return file;
    }

    private static void readArray(Path file, HookedChannel channel) throws IOException {
        try (Arena arena = Arena.ofConfined(); NpyFile opened = NpyFile.open(file, channel)) {
            assertEquals(ELEMENTS - 1, opened.read(arena).longAt(ELEMENTS - 1));
        }
    }

    @Test
    void shouldKeepAnArrayWhoseFileIsTruncated() throws IOException {
        Path file = array();
        try (Arena arena = Arena.ofConfined()) {
            NumpyArray array = NpyFile.read(file, arena);
            HookedChannel.truncate(file, 0);
            assertArrayEquals(IntStream.range(0, ELEMENTS).asDoubleStream().toArray(), array.toDoubles());
        }
    }

    /** Fails each read: that of the header, and two of elements. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldNameTheArrayOfWhichAReadFails(int read) throws IOException {
        Path file = array();
        HookedChannel channel = HookedChannel.open(file, read, HookedChannel::failToRead);
        String message = assertThrows(InterchangeException.class, () -> readArray(file, channel)).getMessage();
        assertTrue(message.startsWith("file=" + file + ": bytes=") && message.endsWith(
                " could not be read, Input/output error: check the disk, or restore the file from a copy"), message);
        assertFalse(channel.isOpen());
        readArray(file, HookedChannel.open(file, 3, HookedChannel::failToRead)); // there is no other read
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldNameTheArrayThatIsTruncatedWhileItIsRead(int read) throws IOException {
        Path file = array();
        HookedChannel channel = HookedChannel.open(file, read, () -> HookedChannel.truncate(file, 7));
        String message = assertThrows(InterchangeException.class, () -> readArray(file, channel)).getMessage();
        assertTrue(message.startsWith("file=" + file + ": truncated while it was read, bytes=7 where at least ")
                && message.endsWith(" are needed: restore it from a copy"), message);
    }

    @Test
    void shouldTellTypeAndShapeBeforeItReads() throws IOException {
        try (NpyFile opened = NpyFile.open(array()); Arena arena = Arena.ofConfined()) {
            assertEquals(List.of(ElementType.INT32, ArrayShape.of(ELEMENTS), 4L * ELEMENTS),
                    List.of(opened.type(), opened.shape(), opened.dataBytes()));
            assertEquals("array of descr='<i4' shape=(300000,)", opened.toString());
            assertEquals("target=4 bytes where shape=(300000,) has 1200000", assertThrows(
                    IllegalArgumentException.class, () -> opened.readInto(arena.allocate(4))).getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 20, 400, 4000})
    void shouldNameTheArchiveThatIsTruncatedBetweenItsArrays(long left) throws IOException {
        Path file = folder.resolve("arrays.npz");
        try (NpzWriter npz = NpzWriter.stored(file)) {
            npz.add("a", NumpyArray.of(new double[1000]));
            npz.add("b", NumpyArray.of(new double[1000]));
            npz.finish();
        }
        try (NpzReader npz = NpzReader.open(file); Arena arena = Arena.ofConfined()) {
            HookedChannel.truncate(file, left);
            for (String array : npz.names()) {
                String message = assertThrows(InterchangeException.class, () -> npz.read(array, arena)).getMessage();
                assertTrue(message.startsWith("file=" + file + " array=" + array + ": truncated")
                        && message.endsWith(": restore it from a copy"), message);
            }
        }
    }

    @Test
    void shouldNameTheOrderingThatCannotBeRead() throws IOException {
        Path file = Files.write(folder.resolve("ordering.pkl"), Fixture.bytes("ordering-numpy2-protocol5.pkl"));
        long bytes = Files.size(file);
        HookedChannel failing = HookedChannel.open(file, 0, HookedChannel::failToRead);
        assertEquals("file=" + file + ": bytes=" + bytes + " at offset=0 could not be read, Input/output error:"
                + " check the disk, or restore the file from a copy",
                assertThrows(InterchangeException.class, () -> PaperOrdering.read(file, failing, COUNTS, EXAMPLES))
                        .getMessage());
        HookedChannel shrinking = HookedChannel.open(file, 0, () -> HookedChannel.truncate(file, 30));
        assertEquals("file=" + file + ": truncated while it was read, bytes=30 where at least " + bytes
                + " are needed: restore it from a copy",
                assertThrows(InterchangeException.class, () -> PaperOrdering.read(file, shrinking, COUNTS, EXAMPLES))
                        .getMessage());
        assertFalse(failing.isOpen() || shrinking.isOpen());
    }

    @Test
    void shouldNameTheTableThatCannotBeRead() {
        InputStream first = new ByteArrayInputStream("id,score\n0,1\n".getBytes(StandardCharsets.UTF_8));
        assertEquals("file=scores.csv: it could not be read, Input/output error: check the disk, or restore the"
                + " file from a copy",
                assertThrows(InterchangeException.class,
                        () -> readTable(new SequenceInputStream(first, failing(new IOException("Input/output error")))))
                        .getMessage());
        assertThrows(ClosedByInterruptException.class, () -> readTable(failing(new ClosedByInterruptException())));
    }

    private static void readTable(InputStream content) throws IOException {
        try (CsvReader csv = CsvReader.of("scores.csv", content, ',')) {
            while (csv.next()) {
                assertEquals(2, csv.fields());
            }
        }
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        };
    }
}
