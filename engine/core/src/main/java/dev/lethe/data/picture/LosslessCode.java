package dev.lethe.data.picture;

import java.util.Arrays;

/** Prefix code of a lossless WebP picture. Short codes are looked up, longer ones followed bit by bit. */
final class LosslessCode {
    private static final int MOST_BITS = 15;
    private static final int LOOKED_UP = 8;
    private static final int SIZES = 19; // symbols of the code of the lengths
    private static final int[] SIZES_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    private static final int BEFORE = 8; // the length that is repeated before there is one
    private static final int REPEATED = 16;

    private final int[] counts = new int[MOST_BITS + 1]; // by length
    private final int[] symbols; // in the order of their codes
    private final char[] table; // by the next bits: the symbol and its length, 0 for a longer one; none for one symbol

    private LosslessCode(int[] lengths) throws UndecodableException {
        for (int length : lengths) {
            counts[length]++;
        }
        int used = lengths.length - counts[0];
        counts[0] = 0;
        int[] next = new int[MOST_BITS + 2];
        long room = 1;
        for (int bits = 1; bits <= MOST_BITS; bits++) {
            room = 2 * room - counts[bits];
            next[bits + 1] = next[bits] + counts[bits];
        }
        if (used == 0 || used > 1 && room != 0) {
            throw UndecodableException.damaged("a code of its symbols is none");
        }
        symbols = new int[used];
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                symbols[next[lengths[symbol]]++] = symbol;
            }
        }
        table = used == 1 ? new char[0] : table();
    }

    private char[] table() {
        char[] all = new char[1 << LOOKED_UP];
        int code = 0;
        int index = 0;
        for (int bits = 1; bits <= LOOKED_UP; bits++) {
            for (int i = 0; i < counts[bits]; i++) {
                int reversed = Integer.reverse(code++) >>> Integer.SIZE - bits;
                for (int at = reversed; at < all.length; at += 1 << bits) {
                    all[at] = (char) (symbols[index] << 4 | bits);
                }
                index++;
            }
            code <<= 1;
        }
        return all;
    }

    /** Reads a code. */
    static LosslessCode read(LosslessBits bits, int alphabet) throws UndecodableException {
        int[] lengths = new int[alphabet];
        if (bits.flag()) {
            boolean two = bits.flag();
            set(lengths, bits.read(bits.flag() ? 8 : 1));
            if (two) {
                set(lengths, bits.read(8));
            }
        } else {
            readLengths(bits, lengths);
        }
        return new LosslessCode(lengths);
    }

    private static void set(int[] lengths, int symbol) throws UndecodableException {
        if (symbol >= lengths.length) {
            throw UndecodableException.damaged("it has an unknown symbol");
        }
        lengths[symbol] = 1;
    }

    private static void readLengths(LosslessBits bits, int[] lengths) throws UndecodableException {
        int[] sizes = new int[SIZES];
        int known = 4 + bits.read(4);
        for (int i = 0; i < known; i++) {
            sizes[SIZES_ORDER[i]] = bits.read(3);
        }
        LosslessCode code = new LosslessCode(sizes);
        int left = lengths.length;
        if (bits.flag()) {
            left = 2 + bits.read(2 + 2 * bits.read(3));
            if (left > lengths.length) {
                throw UndecodableException.damaged("it has more symbols than there are");
            }
        }
        int before = BEFORE;
        for (int symbol = 0; symbol < lengths.length && left > 0; left--) {
            int length = code.symbol(bits);
            if (length < REPEATED) {
                lengths[symbol++] = length;
                before = length == 0 ? before : length;
            } else {
                int times = switch (length) {
                    case REPEATED -> 3 + bits.read(2);
                    case REPEATED + 1 -> 3 + bits.read(3);
                    default -> 11 + bits.read(7);
                };
                if (symbol + times > lengths.length) {
                    throw UndecodableException.damaged("it has more symbols than there are");
                }
                Arrays.fill(lengths, symbol, symbol + times, length == REPEATED ? before : 0);
                symbol += times;
            }
        }
    }

    /** Reads a symbol; a single symbol takes no bits. */
    int symbol(LosslessBits bits) throws UndecodableException {
        if (table.length == 0) {
            return symbols[0];
        }
        int next = bits.peek(MOST_BITS);
        int found = table[next & (1 << LOOKED_UP) - 1];
        if (found > 0) {
            bits.take(found & 15);
            return found >> 4;
        }
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= MOST_BITS; length++) {
            code |= next >> length - 1 & 1;
            if (code - counts[length] < first) {
                bits.take(length);
                return symbols[index + code - first];
            }
            index += counts[length];
            first = first + counts[length] << 1;
            code <<= 1;
        }
        throw UndecodableException.damaged("a code of its symbols is none");
    }
}
