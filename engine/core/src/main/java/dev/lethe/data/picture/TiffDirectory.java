package dev.lethe.data.picture;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** First directory of a TIFF file, or of the Exif data in other files. */
final class TiffDirectory {
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTES = 279;
    static final int PREDICTOR = 317;
    static final int COLOUR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTES = 325;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;

    private static final int ENTRY_BYTES = 12;
    private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private final Bytes bytes;
    private final boolean little;
    private final Map<Integer, Integer> entries = new HashMap<>(); // offset of the entry by tag
    private final long next;

    /**
     * Reads the directory of a TIFF file.
     *
     * @throws UndecodableException when it, or a value of it, goes beyond the end
     */
    TiffDirectory(Bytes bytes) throws UndecodableException {
        this.bytes = bytes;
        this.little = bytes.at(0) == 'I';
        int directory = offset(get32(4));
        int count = get16(directory);
        if (directory + 2L + (long) count * ENTRY_BYTES > bytes.length()) {
            throw UndecodableException.truncated();
        }
        for (int i = 0; i < count; i++) {
            int entry = directory + 2 + i * ENTRY_BYTES;
            requireWithin(entry);
            entries.putIfAbsent(get16(entry), entry);
        }
        int after = directory + 2 + count * ENTRY_BYTES;
        this.next = after + LONG <= bytes.length() ? Integer.toUnsignedLong(get32(after)) : 0;
    }

    /** Returns the orientation that Exif data note; upright where there is none or the data are damaged. */
    static Orientation orientation(Bytes bytes, int start, int end) {
        Bytes exif = new Bytes(bytes.range(start, Math.min(end, bytes.length())));
        if (!exif.has(0, "II*\0") && !exif.has(0, "MM\0*")) {
            return Orientation.UPRIGHT;
        }
        try {
            return new TiffDirectory(exif).orientation();
        } catch (UndecodableException | IndexOutOfBoundsException e) { // as Pillow, which looks no further then
            return Orientation.UPRIGHT;
        }
    }

    private int get16(int at) {
        return little ? bytes.little16(at) : bytes.big16(at);
    }

    private int get32(int at) {
        return little ? bytes.little32(at) : bytes.big32(at);
    }

    private int offset(int stored) throws UndecodableException {
        long at = Integer.toUnsignedLong(stored);
        if (at >= bytes.length()) {
            throw UndecodableException.truncated();
        }
        return (int) at;
    }

    private void requireWithin(int entry) throws UndecodableException {
        int type = get16(entry + 2);
        long size = Integer.toUnsignedLong(get32(entry + 4)) * (type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0);
        if (size > LONG && Integer.toUnsignedLong(get32(entry + 8)) + size > bytes.length()) {
            throw UndecodableException.truncated();
        }
    }

    boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** Tells whether another directory follows. */
    boolean isFollowed() {
        return next != 0;
    }

    /** Returns the whole numbers of a tag; none if it is absent or of another type. */
    long[] values(int tag) throws UndecodableException {
        Integer entry = entries.get(tag);
        if (entry == null) {
            return new long[0];
        }
        int type = get16(entry + 2);
        int count = get32(entry + 4);
        if (type != BYTE && type != SHORT && type != LONG || count < 0) {
            return new long[0];
        }
        int size = TYPE_BYTES[type];
        int at = (long) count * size <= LONG ? entry + 8 : offset(get32(entry + 8));
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (type) {
                case BYTE -> bytes.at(at + i);
                case SHORT -> get16(at + 2 * i);
                default -> Integer.toUnsignedLong(get32(at + LONG * i));
            };
        }
        return values;
    }

    /** Returns the first value of a tag. */
    Optional<Long> value(int tag) throws UndecodableException {
        long[] values = values(tag);
        return values.length == 0 ? Optional.empty() : Optional.of(values[0]);
    }

    /** Returns the file with another value of a tag, of 16 bits, of which it has one. */
    byte[] with(int tag, int value) {
        byte[] copy = bytes.content().clone();
        int at = Objects.requireNonNull(entries.get(tag), "the tag is there") + 8;
        copy[at + (little ? 0 : 1)] = (byte) value;
        copy[at + (little ? 1 : 0)] = (byte) (value >> 8);
        return copy;
    }

    Orientation orientation() throws UndecodableException {
        return Orientation.of(value(ORIENTATION).orElse(1L).intValue());
    }
}
