package dev.lethe.data.picture;

import java.util.Arrays;

/** Reader of the coefficients of VP8's blocks. */
final class Vp8Coefficients {
    /** Number of coefficients of a block of 16 by 16 pixels: 16 blocks of luma, 4 of each chroma. */
    static final int ALL = 384;

    private static final int[] ORDER = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
    private static final int[] BAND = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
    private static final int[][] LARGE = {{173, 148, 140}, {176, 155, 140, 135}, {180, 157, 141, 134, 130},
            {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}};

    private final int[] probabilities = Vp8Tables.COEFFICIENTS.clone();
    private final int[] above; // for each column of blocks 4 of luma, 2 and 2 of chroma, 1 of means: with coefficients
    private final int[] left = new int[9];

    Vp8Coefficients(int blocksAcross) {
        above = new int[9 * blocksAcross];
    }

    void readProbabilities(BoolDecoder header) {
        for (int i = 0; i < probabilities.length; i++) {
            if (header.bit(Vp8Tables.REPLACED[i]) == 1) {
                probabilities[i] = header.number(8);
            }
        }
    }

    void beginRow() {
        Arrays.fill(left, 0);
    }

    /** Takes a block for one without coefficients. */
    void skip(int column, boolean hasMeans) {
        int known = hasMeans ? 9 : 8;
        Arrays.fill(above, 9 * column, 9 * column + known, 0);
        Arrays.fill(left, 0, known, 0);
    }

    /**
     * Reads a block of 16 by 16 pixels.
     *
     * @param hasMeans whether the first coefficients of the blocks of luma are coded apart
     * @param steps steps of the first and of the other coefficients, of luma, of means and of chroma
     * @param to receives {@value #ALL} coefficients
     * @return whether there are coefficients
     */
    boolean read(BoolDecoder data, int column, boolean hasMeans, int[] steps, short[] to) {
        Arrays.fill(to, (short) 0);
        int first = 0;
        int type = 3;
        if (hasMeans) {
            short[] means = new short[16];
            int context = above[9 * column + 8] + left[8];
            int end = block(data, 1, context, 0, steps[2], steps[3], means, 0);
            above[9 * column + 8] = left[8] = end > 0 ? 1 : 0;
            spread(means, to);
            first = 1;
            type = 0;
        }
        boolean some = square(data, column, 0, 4, type, first, steps[0], steps[1], to, 0);
        some |= square(data, column, 4, 2, 2, 0, steps[4], steps[5], to, 256);
        some |= square(data, column, 6, 2, 2, 0, steps[4], steps[5], to, 320);
        return some;
    }

    /** Reads {@code side} times {@code side} blocks. */
    private boolean square(BoolDecoder data, int column, int context, int side, int type, int first, int firstStep,
            int otherStep, short[] to, int from) {
        boolean some = false;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int up = 9 * column + context + x;
                int at = from + 16 * (y * side + x);
                int end = block(data, type, above[up] + left[context + y], first, firstStep, otherStep, to, at);
                above[up] = left[context + y] = end > first ? 1 : 0;
                some |= end > 1 || to[at] != 0;
            }
        }
        return some;
    }

    /** Reads a block of 16 coefficients and returns the number of those up to the last. */
    private int block(BoolDecoder data, int type, int context, int first, int firstStep, int otherStep, short[] to,
            int at) {
        int n = first;
        int p = place(type, n, context);
        while (n < 16) {
            if (data.bit(probabilities[p]) == 0) {
                return n;
            }
            while (data.bit(probabilities[p + 1]) == 0) {
                n++;
                if (n == 16) {
                    return n;
                }
                p = place(type, n, 0);
            }
            int value = data.bit(probabilities[p + 2]) == 0 ? 1 : large(data, p);
            int signed = data.flag() ? -value : value;
            to[at + ORDER[n]] = (short) (signed * (n > 0 ? otherStep : firstStep));
            n++;
            p = place(type, n, value == 1 ? 1 : 2);
        }
        return n;
    }

    private static int place(int type, int n, int context) {
        return ((type * Vp8Tables.BANDS + BAND[n]) * Vp8Tables.CONTEXTS + context) * Vp8Tables.PROBABILITIES;
    }

    private int large(BoolDecoder data, int p) {
        if (data.bit(probabilities[p + 3]) == 0) {
            return data.bit(probabilities[p + 4]) == 0 ? 2 : 3 + data.bit(probabilities[p + 5]);
        }
        if (data.bit(probabilities[p + 6]) == 0) {
            if (data.bit(probabilities[p + 7]) == 0) {
                return 5 + data.bit(159);
            }
            int two = 2 * data.bit(165);
            return 7 + two + data.bit(145);
        }
        int high = data.bit(probabilities[p + 8]);
        int kind = 2 * high + data.bit(probabilities[p + 9 + high]);
        int value = 0;
        for (int probability : LARGE[kind]) {
            value = 2 * value + data.bit(probability);
        }
        return value + 3 + (8 << kind);
    }

    /** Transforms the means of the blocks of luma back, to their first coefficients. */
    private static void spread(short[] means, short[] to) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int a0 = means[i] + means[12 + i];
            int a1 = means[4 + i] + means[8 + i];
            int a2 = means[4 + i] - means[8 + i];
            int a3 = means[i] - means[12 + i];
            columns[i] = a0 + a1;
            columns[8 + i] = a0 - a1;
            columns[4 + i] = a3 + a2;
            columns[12 + i] = a3 - a2;
        }
        for (int i = 0; i < 4; i++) {
            int a0 = columns[4 * i] + 3 + columns[4 * i + 3];
            int a1 = columns[4 * i + 1] + columns[4 * i + 2];
            int a2 = columns[4 * i + 1] - columns[4 * i + 2];
            int a3 = columns[4 * i] + 3 - columns[4 * i + 3];
            to[64 * i] = (short) (a0 + a1 >> 3);
            to[64 * i + 16] = (short) (a3 + a2 >> 3);
            to[64 * i + 32] = (short) (a0 - a1 >> 3);
            to[64 * i + 48] = (short) (a3 - a2 >> 3);
        }
    }
}
