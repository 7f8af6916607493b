package dev.lethe.data.picture;

/**
 * Options of decoding pictures.
 *
 * @param turned whether pictures are turned as their cameras noted
 * @param background colour behind transparent pixels, red, green and blue from the eighth bits of 24 on
 * @param lowest value of samples of more than 8 bits that becomes 0, of 16 bits
 * @param highest value that becomes 255; the high bytes are taken where both are the ends of 16 bits
 * @param grayAlone whether these two are for gray pictures, and of others the high bytes are taken
 * @param mostPixels number of pixels of which more are refused
 */
public record PictureOptions(boolean turned, int background, int lowest, int highest, boolean grayAlone,
        long mostPixels) {
    /** The highest value of 16 bits. */
    public static final int MOST = 0xFFFF;

    /** Returns options with other levels of gray samples of more than 8 bits. */
    public PictureOptions withGrayLevels(int low, int high) {
        return new PictureOptions(turned, background, low, high, true, mostPixels);
    }

    /** Returns the byte of each value of 16 bits. */
    byte[] levels(boolean gray) {
        byte[] levels = new byte[MOST + 1];
        for (int value = 0; value <= MOST; value++) {
            levels[value] = (byte) (lowest == 0 && highest == MOST || grayAlone && !gray
                    ? value >> 8
                    : Math.clamp(Math.round(255.0 * (value - lowest) / (highest - lowest)), 0, 255));
        }
        return levels;
    }
}
