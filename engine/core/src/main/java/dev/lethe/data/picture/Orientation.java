package dev.lethe.data.picture;

/** Ways in which a camera was held, in the order of their numbers in Exif. */
enum Orientation {
    UPRIGHT(false, false, false), MIRRORED(false, true, false), UPSIDE_DOWN(false, true, true), FLIPPED(false, false,
            true),
    TRANSPOSED(true, false, false), LEFT(true, false, true), TRANSVERSED(true, true, true), RIGHT(true,
            true, false);

    private final boolean swaps; // rows and columns
    private final boolean fromRight; // stored columns, in the shown order
    private final boolean fromBottom; // stored rows

    Orientation(boolean swaps, boolean fromRight, boolean fromBottom) {
        this.swaps = swaps;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
    }

    /** Returns the orientation of a number, upright for one that Exif does not know. */
    static Orientation of(int number) {
        return number >= 1 && number <= values().length ? values()[number - 1] : UPRIGHT;
    }

    boolean swaps() {
        return swaps;
    }

    /** Turns (height, width, channels) samples. */
    byte[] turned(byte[] samples, int height, int width, int channels) {
        if (this == UPRIGHT) {
            return samples;
        }
        byte[] turned = new byte[samples.length];
        int to = 0;
        for (int y = 0; y < (swaps ? width : height); y++) {
            for (int x = 0; x < (swaps ? height : width); x++) {
                int row = swaps ? x : y;
                int column = swaps ? y : x;
                int from = ((fromBottom ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column))
                        * channels;
                for (int c = 0; c < channels; c++) {
                    turned[to++] = samples[from + c];
                }
            }
        }
        return turned;
    }
}
