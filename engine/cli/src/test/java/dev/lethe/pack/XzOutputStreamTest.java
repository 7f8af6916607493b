package dev.lethe.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZInputStream;

@Isolated("looks for the threads that compress")
class XzOutputStreamTest {
    private static final int PIECE = 24 << 20;

    private static FilterOptions fastest() throws UnsupportedOptionsException {
        return new LZMA2Options(0);
    }

    private static byte[] compressed(byte[] content, int threads) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (XzOutputStream xz = new XzOutputStream(out, threads, fastest())) {
            xz.write(content[0]);
            for (int at = 1; at < content.length; at += 1_000_000) {
                xz.write(content, at, Math.min(1_000_000, content.length - at));
            }
        }
        return out.toByteArray();
    }

    /** Makes bytes of which few differ from zero. */
    private static byte[] sparse(int length) {
        byte[] content = new byte[length];
        Random random = new Random(3);
        for (int at = 0; at < length; at += 1 + random.nextInt(20_000)) {
            content[at] = (byte) random.nextInt();
        }
        return content;
    }

    @Test
    void shouldCompressPiecesInOrderToTheSameBytesOnAnyNumberOfThreads() throws IOException {
        byte[] content = sparse(2 * PIECE + 12_345);
        byte[] compressed = compressed(content, 3);
        assertArrayEquals(content, new XZInputStream(new ByteArrayInputStream(compressed)).readAllBytes());
        assertTrue(compressed.length < content.length / 100, "bytes=" + compressed.length);
        assertArrayEquals(compressed, compressed(content, 1));
    }

    @Test
    void shouldWriteWholePiecesWithoutAnEmptyOneBehind() throws IOException {
        byte[] content = new byte[PIECE];
        byte[] compressed = compressed(content, 1);
        assertArrayEquals(content, new XZInputStream(new ByteArrayInputStream(compressed)).readAllBytes());
        assertEquals(1, headers(compressed));
    }

    private static int headers(byte[] compressed) {
        byte[] magic = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0};
        int found = 0;
        for (int at = 0; at + magic.length <= compressed.length; at++) {
            found += Arrays.equals(compressed, at, at + magic.length, magic, 0, magic.length) ? 1 : 0;
        }
        return found;
    }

    /** File on a disk that is full. */
    private static final class FullDisk extends OutputStream {
        private boolean closed;

        @Override
        public void write(int b) throws IOException {
            throw new IOException("No space left on device");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void shouldCloseTheFileAndItsThreadsWhenTheDiskIsFull() throws Exception {
        FullDisk disk = new FullDisk();
        XzOutputStream xz = new XzOutputStream(disk, 2, fastest());
        xz.write(new byte[3]);
        assertEquals("No space left on device", assertThrows(IOException.class, xz::close).getMessage());
        assertTrue(disk.closed);
        xz.close(); // does nothing
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("xz-")) {
                thread.join(10_000);
                assertEquals(Thread.State.TERMINATED, thread.getState());
            }
        }
    }

    @Test
    void shouldFilterNativeCodeOfTheProcessorItIsFor() {
        assertInstanceOf(X86Options.class, XzOutputStream.filters("amd64")[0]);
        assertEquals(2, XzOutputStream.filters("amd64").length);
        assertEquals(1, XzOutputStream.filters("aarch64").length);
        assertInstanceOf(LZMA2Options.class, XzOutputStream.filters("aarch64")[0]);
    }

    @Test
    void shouldTakeAsManyThreadsAsHalfOfTheHeapHasMemoryFor() {
        assertEquals(4, XzOutputStream.threads(4, 8L << 30));
        assertEquals(2, XzOutputStream.threads(16, 1L << 30));
        assertEquals(1, XzOutputStream.threads(16, 1L << 20));
    }
}
