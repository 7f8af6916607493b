package dev.lethe.tracker.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file open for positional reads, with a hook before one of them: the read fails, or the file changes. */
public final class HookedChannel extends FileChannel {
    private final FileChannel channel;
    private final Hook hook;
    private int readsBefore;

    /** An event before a read. */
    @FunctionalInterface
    public interface Hook {

        /** Runs; an exception is that of the read. */
        void run() throws IOException;
    }

    private HookedChannel(FileChannel channel, int readsBefore, Hook hook) {
        this.channel = channel;
        this.readsBefore = readsBefore;
        this.hook = hook;
    }

    /**
     * Opens a file.
     *
     * @param file
     *            the file
     * @param readsBefore
     *            the number of reads before the hook runs
     * @param hook
     *            the event before the next read
     */
    public static HookedChannel open(Path file, int readsBefore, Hook hook) throws IOException {
        return new HookedChannel(FileChannel.open(file, StandardOpenOption.READ), readsBefore, hook);
    }

    /** Fails as a read of a bad sector does. */
    public static void failToRead() throws IOException {
        throw new IOException("Input/output error");
    }

    /** Shortens a file, as another program would. */
    public static void truncate(Path file, long bytes) throws IOException {
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
            other.truncate(bytes);
        }
    }

    /** Tells whether there was the read for which the hook waited. */
    public boolean hookRan() {
        return readsBefore < 0;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        if (readsBefore-- == 0) {
            hook.run();
        }
        return channel.read(target, position);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        channel.close();
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metadata) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException("nothing is mapped");
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
