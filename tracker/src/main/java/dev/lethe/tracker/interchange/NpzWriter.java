package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A writer of named arrays into one file, as {@code np.savez} writes it: each array is streamed, so none need be in
 * memory. The file has its name, in place of a file that was there before, only after {@link #finish}; closing without
 * it leaves everything unchanged. The same arrays make the same bytes. Not safe from several threads at once.
 *
 * {@snippet file="dev/lethe/tracker/interchange/SnippetsTest.java" region="npz"}
 */
public final class NpzWriter implements AutoCloseable {
    // the first month that zip's dates can tell from "no date"; a date of now would make each file another
    private static final LocalDateTime DATE = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final UnfinishedFile file;
    private final Archive zip;
    private final boolean deflated;
    private final Set<String> names = new HashSet<>();

    private NpzWriter(UnfinishedFile file, boolean deflated) {
        this.file = file;
        this.deflated = deflated;
        this.zip = new Archive(file.output());
    }

    /**
     * Makes a writer that stores arrays without compression, as {@code np.savez} does. Each array is streamed twice,
     * first for its checksum.
     *
     * @param path
     *            the file
     * @throws IOException
     *             if the file cannot be written
     */
    public static NpzWriter stored(Path path) throws IOException {
        return new NpzWriter(new UnfinishedFile(path), false);
    }

    /**
     * Makes a writer that compresses arrays, as {@code np.savez_compressed} does. Counts and planes become much
     * smaller, floats hardly.
     *
     * @param path
     *            the file
     * @throws IOException
     *             if the file cannot be written
     */
    public static NpzWriter deflated(Path path) throws IOException {
        return new NpzWriter(new UnfinishedFile(path), true);
    }

    /**
     * Appends an array.
     *
     * @param name
     *            the key of the array in Python
     * @param array
     *            the array
     * @throws IllegalArgumentException
     *             if the name is empty or an array has it already
     * @throws IOException
     *             if it cannot be written; the writer can only be closed then
     */
    public void add(String name, ArraySource array) throws IOException {
        if (name.isEmpty() || !names.add(name)) {
            throw new IllegalArgumentException("name='" + name + "' is empty or already in the file");
        }
        ZipEntry entry = new ZipEntry(name + ".npy");
        entry.setTimeLocal(DATE);
        if (!deflated) {
            entry.setMethod(ZipEntry.STORED);
            CRC32 checksum = new CRC32();
            NpyFile.write(new CheckedOutputStream(OutputStream.nullOutputStream(), checksum), array);
            entry.setCrc(checksum.getValue());
            entry.setSize(NpyHeader.of(array).encode().length + NpyHeader.of(array).dataBytes());
        }
        zip.putNextEntry(entry);
        NpyFile.write(zip, array);
        zip.closeEntry();
    }

    /**
     * Makes the file durable and gives it its name.
     *
     * @throws IOException
     *             if it cannot be written
     */
    public void finish() throws IOException {
        zip.finish();
        file.finish();
    }

    /** Gives back memory, and removes the file if it is not finished. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        zip.release();
        file.close();
    }

    /** An archive that can be abandoned: closing a {@link ZipOutputStream} would finish it. */
    private static final class Archive extends ZipOutputStream {
        Archive(OutputStream output) {
            super(output);
        }

        void release() {
            def.end();
        }
    }
}
