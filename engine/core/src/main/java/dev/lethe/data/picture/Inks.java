package dev.lethe.data.picture;

/** Conversion of inks to light, as Pillow's: without a profile. */
final class Inks {
    private static final int MOST = 255;

    private Inks() {}

    /**
     * Returns the light that an ink and black leave.
     *
     * @param ink amount of cyan, magenta or yellow, from 0 to 255
     * @param black amount of black
     */
    static int shown(int ink, int black) {
        int left = MOST - black;
        int product = ink * left + 128;
        return left - ((product >> 8) + product >> 8);
    }
}
