package dev.lethe.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Stream that compresses to xz with several threads, which the library cannot. Pieces of one size become xz streams of
 * their own, one after the other, as the format allows and its readers expect. The bytes do not depend on the number of
 * threads. Serves one thread at a time.
 */
final class XzOutputStream extends OutputStream {
    /**
     * Bytes of a piece: three times level 6's dictionary, as in the blocks of {@code xz --threads=0}. Archives are 1 in
     * 100 larger than with one stream.
     */
    private static final int PIECE = 24 << 20;
    /** Bytes that a thread takes: the encoder's tables, the piece, and the compressed piece. */
    private static final long MEMORY = 192L << 20;

    private final OutputStream out;
    private final FilterOptions[] filters;
    private final int threads;
    private final ExecutorService workers;
    private final Deque<Future<byte[]>> pieces = new ArrayDeque<>(); // in their order
    private byte[] piece = new byte[PIECE];
    private int filled;
    private boolean closed;

    /**
     * Begins a file.
     *
     * @param out receives the file, and is closed with this stream
     * @param filters filters that every piece passes, the last of which compresses
     */
    XzOutputStream(OutputStream out, FilterOptions... filters) {
        this(out, threads(Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory()), filters);
    }

    XzOutputStream(OutputStream out, int threads, FilterOptions... filters) {
        this.out = out;
        this.filters = filters.clone();
        this.threads = threads;
        this.workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("xz-", 0).factory());
    }

    /** Returns the number of threads: one for each processor, as far as half of the heap has memory for them. */
    static int threads(int processors, long heap) {
        return Math.clamp(heap / 2 / MEMORY, 1, processors);
    }

    /**
     * Returns the filters of level 6: higher levels save another 2 or 3 in 100, and take over a gigabyte of memory. On
     * x86 a filter makes the addresses of calls in native code alike, and costs no time.
     *
     * @param architecture architecture of the processor, as in the system property {@code os.arch}
     */
    static FilterOptions[] filters(String architecture) {
        LZMA2Options level = new LZMA2Options();
        return architecture.equals("amd64")
                ? new FilterOptions[]{new X86Options(), level}
                : new FilterOptions[]{level};
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length;) {
            int copied = Math.min(length - done, PIECE - filled);
            System.arraycopy(bytes, offset + done, piece, filled, copied);
            done += copied;
            filled += copied;
            if (filled == PIECE) {
                submit();
            }
        }
    }

    private void submit() throws IOException {
        byte[] content = piece;
        int length = filled;
        pieces.add(workers.submit(() -> compress(content, length)));
        piece = new byte[PIECE];
        filled = 0;
        while (pieces.size() > threads) {
            writeFirst();
        }
    }

    private byte[] compress(byte[] content, int length) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(length / 4);
        try (XZOutputStream xz = new XZOutputStream(compressed, filters)) {
            xz.write(content, 0, length);
        }
        return compressed.toByteArray();
    }

    private void writeFirst() throws IOException {
        try {
            out.write(pieces.remove().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while the archive was compressed").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException("the archive cannot be compressed: " + e.getCause(), e.getCause());
        }
    }

    /** Compresses and writes the rest; a second call does nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            if (filled > 0) {
                submit();
            }
            while (!pieces.isEmpty()) {
                writeFirst();
            }
        } finally {
            workers.shutdownNow();
            piece = new byte[0];
        }
    }
}
