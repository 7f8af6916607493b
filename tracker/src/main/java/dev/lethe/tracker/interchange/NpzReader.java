package dev.lethe.tracker.interchange;

import dev.lethe.tracker.io.FileBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A file of named arrays ({@code .npz}), stored or deflated. Safe from any number of threads until {@link #close}. */
public final class NpzReader implements AutoCloseable {
    private static final String SUFFIX = ".npy";
    private static final int CHUNK = 1 << 16;
    /**
     * The most bytes that one deflated byte stands for: deflate spends at least two bits on 258 bytes, so a byte on
     * 1032 of them; rounded up.
     */
    private static final long MOST_DEFLATED = 1040;

    private final String path;
    private final ZipFile zip;

    private NpzReader(String path, ZipFile zip) {
        this.path = path;
        this.zip = zip;
    }

    /**
     * Opens a file; arrays are read when asked for.
     *
     * @param path
     *            the file
     * @throws InterchangeException
     *             if it is not a zip archive
     * @throws IOException
     *             if it cannot be read
     */
    public static NpzReader open(Path path) throws IOException {
        try {
            return new NpzReader(path.toString(), new ZipFile(path.toFile()));
        } catch (ZipException | EOFException e) {
            throw new InterchangeException(path.toString(), "not an archive of arrays, or damaged: "
                    + (e instanceof ZipException ? e.getMessage() : "its directory points outside of it"), e);
        } catch (IOException e) {
            throw FileBytes.unreadable(e, InterchangeException.of(path.toString()));
        }
    }

    /** Returns the names of the arrays, in the order of the file. */
    public List<String> names() {
        return zip.stream().map(ZipEntry::getName).filter(name -> name.endsWith(SUFFIX))
                .map(name -> name.substring(0, name.length() - SUFFIX.length())).toList();
    }

    /**
     * Reads an array into new memory and checks it against its checksum.
     *
     * @param name
     *            the name of the array
     * @param arena
     *            the arena from which its memory is allocated: as much as the array has, and never more than a thousand
     *            times the file
     * @throws InterchangeException
     *             if there is no such array, it is damaged, or it is none that {@link NpyFile#read} would read
     * @throws IOException
     *             if it cannot be read
     */
    public NumpyArray read(String name, Arena arena) throws IOException {
        ZipEntry entry = zip.getEntry(name + SUFFIX);
        if (entry == null) {
            throw new InterchangeException(path, "array=" + name + " is not among its arrays "
                    + InterchangeException.shown(names().toString()));
        }
        String place = path + " array=" + InterchangeException.shown(name);
        CRC32 checksum = new CRC32();
        try (InputStream input = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
            NpyHeader header = NpyHeader.read(place, input);
            checkSize(place, entry, header);
            MemorySegment data = arena.allocate(header.dataBytes(), Long.BYTES);
            fill(place, data, input);
            if (input.read() >= 0 || checksum.getValue() != entry.getCrc()) {
                throw new InterchangeException(place, "altered, it does not match its size or checksum: restore it");
            }
            return NumpyArray.of(header.type(), header.order(), header.shape(), data);
        } catch (InterchangeException e) {
            throw e;
        } catch (EOFException e) {
            throw new InterchangeException(place, "truncated, the file ends before it: restore it from a copy", e);
        } catch (ZipException e) {
            throw new InterchangeException(place,
                    "cannot be decompressed, " + e.getMessage() + ": restore it from a copy", e);
        } catch (IOException e) {
            throw FileBytes.unreadable(e, InterchangeException.of(place));
        }
    }

    /** Checks the size of an array before memory is taken: sizes in the archive's directory may be anything. */
    private void checkSize(String place, ZipEntry entry, NpyHeader header) throws IOException {
        long compressed = Math.min(entry.getCompressedSize(), Path.of(path).toFile().length());
        long most = entry.getMethod() == ZipEntry.STORED ? compressed : compressed * MOST_DEFLATED;
        if (header.dataBytes() > most || header.dataBytes() > entry.getSize()) {
            throw new InterchangeException(place, "truncated or altered, shape=" + header.shape() + " needs bytes="
                    + header.dataBytes() + " where the archive has size=" + entry.getSize() + " compressed="
                    + compressed + ": restore it from a copy");
        }
    }

    private static void fill(String place, MemorySegment data, InputStream input) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, data.byteSize())];
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
            int wanted = (int) Math.min(CHUNK, data.byteSize() - at);
            int read = input.readNBytes(chunk, 0, wanted);
            if (read < wanted) {
                throw new InterchangeException(place, "truncated, bytes=" + (at + read) + " of " + data.byteSize()
                        + ": restore it from a copy");
            }
            MemorySegment.copy(chunk, 0, data, ValueLayout.JAVA_BYTE, at, read);
        }
    }

    /** Gives back the file; arrays that were read remain. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        zip.close();
    }
}
