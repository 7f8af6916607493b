package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The first page of a history.
 *
 * @param spec
 *            the description of the history
 * @param minor
 *            the minor version of its format
 * @param fileBytes
 *            the length that the file must have
 */
record HistoryHeader(TrackerSpec spec, int minor, long fileBytes) {

    /** Returns the header that this version of the library writes. */
    static HistoryHeader of(TrackerSpec spec) {
        return new HistoryHeader(spec, HistoryLayout.MINOR, HistoryLayout.of(spec).fileBytes());
    }

    HistoryLayout layout() {
        return HistoryLayout.of(spec);
    }

    /** Returns the bytes of the header's page. */
    MemorySegment encode(Arena arena) {
        MemorySegment page = arena.allocate(HistoryLayout.HEADER_BYTES, HistoryLayout.ALIGNMENT);
        page.set(HistoryLayout.LONG, HistoryLayout.HEADER_MAGIC, HistoryLayout.MAGIC);
        page.set(HistoryLayout.INT, HistoryLayout.HEADER_MAJOR, HistoryLayout.MAJOR);
        page.set(HistoryLayout.INT, HistoryLayout.HEADER_MINOR, minor);
        page.set(HistoryLayout.LONG, HistoryLayout.HEADER_EXAMPLES, spec.examples());
        page.set(HistoryLayout.LONG, HistoryLayout.HEADER_ROWS, spec.epochs());
        page.set(HistoryLayout.LONG, HistoryLayout.HEADER_FILE_BYTES, fileBytes);
        put(page, HistoryLayout.HEADER_FINGERPRINT, spec.fingerprint());
        put(page, HistoryLayout.HEADER_CONFIGURATION, spec.configuration());
        page.set(HistoryLayout.INT, HistoryLayout.HEADER_REPEATS, spec.repeats().code());
        page.set(HistoryLayout.INT, HistoryLayout.HEADER_CHECKSUM, checksum(page));
        return page;
    }

    /**
     * Reads and checks the header, and checks that the history has the length that the header names.
     *
     * @param name
     *            the name of the history, for messages
     * @param page
     *            the first {@value HistoryLayout#HEADER_BYTES} bytes of the history, or all where there are fewer
     * @param bytes
     *            the length of the history
     * @throws HistoryException
     *             if it is foreign, truncated, of an unknown major version, or altered
     */
    static HistoryHeader decode(String name, MemorySegment page, long bytes) throws HistoryException {
        checkMagic(name, page);
        if (bytes < HistoryLayout.HEADER_BYTES) {
            throw new HistoryException(name, "truncated inside its header, bytes=" + bytes + " of at least "
                    + HistoryLayout.HEADER_BYTES + ": restore it from a copy");
        }
        int major = page.get(HistoryLayout.INT, HistoryLayout.HEADER_MAJOR);
        int minor = page.get(HistoryLayout.INT, HistoryLayout.HEADER_MINOR);
        if (major != HistoryLayout.MAJOR) {
            throw new HistoryException(name, "format version=" + major + "." + minor + ", this library reads version="
                    + HistoryLayout.MAJOR + ".x: use the release of the library that wrote it");
        }
        if (page.get(HistoryLayout.INT, HistoryLayout.HEADER_CHECKSUM) != checksum(page)) {
            throw new HistoryException(name, "altered, its header does not match its checksum: restore it from a copy");
        }
        HistoryHeader header = new HistoryHeader(spec(name, page), minor,
                page.get(HistoryLayout.LONG, HistoryLayout.HEADER_FILE_BYTES));
        header.checkLength(name, bytes);
        return header;
    }

    private static void checkMagic(String name, MemorySegment page) throws HistoryException {
        if (page.byteSize() == 0) {
            throw new HistoryException(name, "not a Lethe history, the file is empty: name the file of a history");
        }
        if (page.byteSize() < Long.BYTES
                || page.get(HistoryLayout.LONG, HistoryLayout.HEADER_MAGIC) != HistoryLayout.MAGIC) {
            MemorySegment start = page.asSlice(0, Math.min(Long.BYTES, page.byteSize()));
            throw new HistoryException(name, "not a Lethe history, its first bytes are "
                    + HexFormat.of().formatHex(start.toArray(ValueLayout.JAVA_BYTE))
                    + ": name the file of a history");
        }
    }

    private static TrackerSpec spec(String name, MemorySegment page) throws HistoryException {
        long examples = page.get(HistoryLayout.LONG, HistoryLayout.HEADER_EXAMPLES);
        long epochs = page.get(HistoryLayout.LONG, HistoryLayout.HEADER_ROWS);
        int code = page.get(HistoryLayout.INT, HistoryLayout.HEADER_REPEATS);
        Optional<Repeats> repeats = Repeats.ofCode(code);
        if (examples < 1 || examples > TrackerSpec.MAX_EXAMPLES || epochs < 1 || epochs > TrackerSpec.MAX_EPOCHS
                || repeats.isEmpty()) {
            throw new HistoryException(name, "not written by this library, its header has examples=" + examples
                    + " epochs=" + epochs + " repeats=" + code + ": restore it from a copy");
        }
        return new TrackerSpec((int) examples, (int) epochs, get(page, HistoryLayout.HEADER_FINGERPRINT),
                get(page, HistoryLayout.HEADER_CONFIGURATION), repeats.get());
    }

    private void checkLength(String name, long bytes) throws HistoryException {
        long needed = layout().fileBytes();
        // a later minor version may append sections, and says so in its header
        if (fileBytes < needed || minor <= HistoryLayout.MINOR && fileBytes != needed) {
            throw new HistoryException(name, "not written by this library, its header has fileBytes=" + fileBytes
                    + " where examples=" + spec.examples() + " epochs=" + spec.epochs() + " need " + needed
                    + ": restore it from a copy");
        }
        if (bytes < fileBytes) {
            throw new HistoryException(name,
                    "truncated, bytes=" + bytes + " of " + fileBytes + ": restore it from a copy");
        }
        if (bytes > fileBytes) {
            throw new HistoryException(name,
                    "altered, bytes=" + bytes + " where its header has " + fileBytes + ": restore it from a copy");
        }
    }

    private static int checksum(MemorySegment page) {
        return Checksum.of(page.asSlice(0, HistoryLayout.HEADER_CHECKSUM));
    }

    private static void put(MemorySegment page, int offset, Sha256 digest) {
        MemorySegment.copy(MemorySegment.ofArray(digest.bytes()), 0, page, offset, Sha256.BYTES);
    }

    private static Sha256 get(MemorySegment page, int offset) {
        return Sha256.ofDigest(page.asSlice(offset, Sha256.BYTES).toArray(ValueLayout.JAVA_BYTE));
    }
}
