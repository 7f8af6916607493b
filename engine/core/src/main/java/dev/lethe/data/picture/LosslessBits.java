package dev.lethe.data.picture;

/** Reader of the bits of a lossless WebP picture, the lowest of each byte first. */
final class LosslessBits {
    private final Bytes bytes;
    private final int end;
    private int at;
    private long window;
    private int held; // bits in the window

    LosslessBits(Bytes bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Returns the next bits, with zeros after the end, without taking them. */
    int peek(int bits) {
        while (held < bits && at < end) {
            window |= (long) bytes.at(at++) << held;
            held += Byte.SIZE;
        }
        return (int) (window & (1L << bits) - 1);
    }

    /**
     * Takes bits.
     *
     * @throws UndecodableException when there are not so many
     */
    void take(int bits) throws UndecodableException {
        if (held < bits) {
            peek(bits);
            if (held < bits) {
                throw UndecodableException.truncated();
            }
        }
        window >>>= bits;
        held -= bits;
    }

    int read(int bits) throws UndecodableException {
        int value = peek(bits);
        take(bits);
        return value;
    }

    boolean flag() throws UndecodableException {
        return read(1) == 1;
    }
}
