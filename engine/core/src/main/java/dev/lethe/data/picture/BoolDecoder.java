package dev.lethe.data.picture;

/** Arithmetic decoder of VP8: bits whose probabilities both sides know. */
final class BoolDecoder {
    private static final int BYTE = 8;
    private static final int EVEN = 128;

    private final Bytes bytes;
    private final int end;
    private int at;
    private int range = 254; // less one
    private int value;
    private int bits = -BYTE; // that were loaded and not used, less eight
    private boolean exhausted;

    /** Begins to read a part of a file. */
    BoolDecoder(Bytes bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /**
     * Reads a bit.
     *
     * @param probability probability that it is 0, of 256
     */
    int bit(int probability) {
        if (bits < 0) {
            load();
        }
        int split = range * probability >> BYTE;
        int bit = value >> bits > split ? 1 : 0;
        if (bit == 1) {
            range -= split;
            value -= split + 1 << bits;
        } else {
            range = split + 1;
        }
        int shift = 7 ^ 31 - Integer.numberOfLeadingZeros(range);
        range = (range << shift) - 1;
        bits -= shift;
        return bit;
    }

    private void load() {
        if (at < end) {
            value = value << BYTE | bytes.at(at++);
        } else {
            value <<= BYTE;
            exhausted = true;
        }
        bits += BYTE;
    }

    boolean flag() {
        return bit(EVEN) == 1;
    }

    int number(int ofBits) {
        int number = 0;
        for (int i = 0; i < ofBits; i++) {
            number = number << 1 | bit(EVEN);
        }
        return number;
    }

    /** Reads a number and its sign. */
    int signed(int ofBits) {
        int number = number(ofBits);
        return flag() ? -number : number;
    }

    /** Reads a number and its sign if a flag says that it is there; else it is 0. */
    int optional(int ofBits) {
        return flag() ? signed(ofBits) : 0;
    }

    /**
     * Verifies that no bits were read beyond the end.
     *
     * @throws UndecodableException when some were
     */
    void requireEnough() throws UndecodableException {
        if (exhausted) {
            throw UndecodableException.truncated();
        }
    }
}
