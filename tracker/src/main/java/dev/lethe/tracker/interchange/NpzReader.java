package dev.lethe.tracker.interchange;

import dev.lethe.tracker.io.FileBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
        try (NpyFile array = open(name)) {
            return array.read(arena);
        }
    }

    /**
     * Opens an array, which can be read until this archive is closed; closing it does nothing. Each reading compares it
     * with its checksum.
     *
     * @param name
     *            the name of the array
     * @throws InterchangeException
     *             if there is no such array, it is damaged, or it is none that {@link NpyFile#open} would open
     * @throws IOException
     *             if it cannot be read
     */
    public NpyFile open(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name + SUFFIX);
        if (entry == null) {
            throw new InterchangeException(path, "array=" + name + " is not among its arrays "
                    + InterchangeException.shown(names().toString()));
        }
        String place = path + " array=" + InterchangeException.shown(name);
        NpyHeader header = read(place, zip, entry, input -> NpyHeader.read(place, input));
        checkSize(place, entry, header);
        return new NpyFile(place, header, new Entry(place, zip, entry, header));
    }

    /** A reading of an entry. */
    private interface Reading<T> {
        T of(InputStream input) throws IOException;
    }

    private static <T> T read(String place, ZipFile zip, ZipEntry entry, Reading<T> reading) throws IOException {
        try (InputStream input = zip.getInputStream(entry)) {
            return reading.of(input);
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

    /**
     * The elements in an entry of an archive.
     *
     * @param place
     *            the names of archive and array, for messages
     * @param zip
     *            the archive
     * @param entry
     *            the entry
     * @param header
     *            the header of the array
     */
    private record Entry(String place, ZipFile zip, ZipEntry entry, NpyHeader header) implements ElementBytes {
        @Override
        public void forEachPiece(int elementBytes, Pieces pieces) throws IOException {
            read(place, zip, entry, input -> {
                forEachPiece(input, elementBytes, pieces);
                return place;
            });
        }

        private void forEachPiece(InputStream input, int elementBytes, Pieces pieces) throws IOException {
            CRC32 checksum = new CRC32();
            InputStream checked = new CheckedInputStream(input, checksum);
            if (!NpyHeader.read(place, checked).equals(header)) {
                throw new InterchangeException(place, "altered while it was read: read it again");
            }
            long count = header.dataBytes();
            byte[] piece = new byte[(int) Math.min(ElementBytes.pieceBytes(elementBytes), count)];
            for (long at = 0; at < count; at += piece.length) {
                int wanted = (int) Math.min(piece.length, count - at);
                int read = checked.readNBytes(piece, 0, wanted);
                if (read < wanted) {
                    throw new InterchangeException(place, "truncated, bytes=" + (at + read) + " of " + count
                            + ": restore it from a copy");
                }
                pieces.take(at, MemorySegment.ofArray(piece).asSlice(0, read));
            }
            if (checked.read() >= 0 || checksum.getValue() != entry.getCrc()) {
                throw new InterchangeException(place, "altered, it does not match its size or checksum: restore it");
            }
        }

        @Override
        public void close() {
            // the archive stays open for its other arrays
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

    /** Gives back the file; arrays that were read remain. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        zip.close();
    }
}
