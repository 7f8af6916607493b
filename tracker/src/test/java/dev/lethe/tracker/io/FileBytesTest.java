package dev.lethe.tracker.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileBytesTest {
    private static final int LENGTH = (2 << 20) + 77; // two pieces and a part of one

    @TempDir
    private Path folder;
    private Path file;
    private final byte[] content = new byte[LENGTH];

    @BeforeEach
    void writeFile() throws IOException {
        new Random(1).nextBytes(content);
        file = Files.write(folder.resolve("file"), content);
    }

    private static IOException failure(String problem, IOException cause) {
        return new IOException("refused: " + problem, cause);
    }

    private FileBytes hooked(int readsBefore, HookedChannel.Hook hook) throws IOException {
        return new FileBytes(HookedChannel.open(file, readsBefore, hook), FileBytesTest::failure);
    }

    @ParameterizedTest
    @CsvSource({"0, 2097229", "0, 0", "2097229, 0", "5, 1048576", "5, 1048577", "2097228, 1"})
    void shouldCopyTheBytesOfAFile(int offset, int bytes) throws IOException {
        byte[] expected = Arrays.copyOfRange(content, offset, offset + bytes);
        try (FileBytes read = FileBytes.open(file, FileBytesTest::failure); Arena arena = Arena.ofConfined()) {
            assertEquals(LENGTH, read.size());
            MemorySegment direct = arena.allocate(bytes);
            read.read(offset, direct);
            assertArrayEquals(expected, direct.toArray(ValueLayout.JAVA_BYTE));
            byte[] heap = new byte[bytes];
            read.read(offset, MemorySegment.ofArray(heap));
            assertArrayEquals(expected, heap);
        }
    }

    @Test
    void shouldSayWhatIsMissingOfAFileThatEndsEarly() throws IOException {
        try (FileBytes read = FileBytes.open(file, FileBytesTest::failure)) {
            MemorySegment target = MemorySegment.ofArray(new byte[100]);
            IOException ended = assertThrows(IOException.class, () -> read.read(LENGTH - 99, target));
            assertEquals("refused: truncated while it was read, bytes=2097229 where at least 2097230 are needed:"
                    + " restore it from a copy", ended.getMessage());
            assertNull(ended.getCause());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1048575", "1, 1048577", "2, 2097152"})
    void shouldNoticeATruncationBetweenItsReads(int readsBefore, long left) throws IOException {
        try (FileBytes read = hooked(readsBefore, () -> HookedChannel.truncate(file, left))) {
            IOException ended = assertThrows(IOException.class,
                    () -> read.read(0, MemorySegment.ofArray(new byte[LENGTH])));
            assertEquals("refused: truncated while it was read, bytes=" + left + " where at least 2097229 are needed:"
                    + " restore it from a copy", ended.getMessage());
        }
    }

    @Test
    void shouldSayWhereAReadFailed() throws IOException {
        try (FileBytes read = hooked(1, HookedChannel::failToRead)) {
            IOException failed = assertThrows(IOException.class,
                    () -> read.read(3, MemorySegment.ofArray(new byte[LENGTH - 3])));
            assertEquals("refused: bytes=1048576 at offset=1048579 could not be read, Input/output error:"
                    + " check the disk, or restore the file from a copy", failed.getMessage());
            assertEquals("Input/output error", failed.getCause().getMessage());
        }
    }

    /** Covers a folder, which can be opened on Linux, but not read. */
    @Test
    void shouldNotReadAFolder() {
        assertThrows(IOException.class, () -> {
            try (FileBytes read = FileBytes.open(folder, FileBytesTest::failure)) {
                read.read(0, MemorySegment.ofArray(new byte[1]));
            }
        });
    }

    @Test
    void shouldLeaveTheExceptionOfAnInterruptedThreadAsItIs() throws IOException {
        try (FileBytes read = FileBytes.open(file, FileBytesTest::failure)) {
            Thread.currentThread().interrupt();
            assertThrows(ClosedByInterruptException.class, () -> read.read(0, MemorySegment.ofArray(new byte[1])));
            assertTrue(Thread.interrupted());
            assertThrows(ClosedChannelException.class, read::size);
        }
    }

    @Test
    void shouldNameTheFileOfAStreamUnlessTheExceptionDoes() {
        IOException cause = new IOException("Input/output error");
        IOException named = FileBytes.unreadable(cause, FileBytesTest::failure);
        assertEquals("refused: it could not be read, Input/output error: check the disk, or restore the file from a"
                + " copy", named.getMessage());
        assertSame(cause, named.getCause());
        for (IOException says : List.of(new NoSuchFileException("file"), new FileNotFoundException("file"),
                new ClosedByInterruptException())) {
            assertSame(says, FileBytes.unreadable(says, FileBytesTest::failure));
        }
    }

    @Test
    void shouldNotOpenWhatIsNotThere() {
        assertThrows(NoSuchFileException.class,
                () -> FileBytes.open(folder.resolve("missing"), FileBytesTest::failure));
    }
}
