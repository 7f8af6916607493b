package dev.lethe.data.picture;

import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Colours of the pixels' numbers; a number without a colour is black.
 *
 * @param colours red, green and blue from the eighth bits of 24 on, and opacity above them, by number
 */
record Palette(int[] colours) {
    private static final int OPACITY_AT = 24;

    Palette(IndexColorModel model) {
        this(colours(model));
    }

    private static int[] colours(IndexColorModel model) {
        int[] colours = new int[model.getMapSize()];
        model.getRGBs(colours);
        return colours;
    }

    private boolean isGray() {
        for (int colour : colours) {
            if ((colour >> 16 & 255) != (colour & 255) || (colour >> 8 & 255) != (colour & 255)) {
                return false;
            }
        }
        return true;
    }

    Frame frame(Raster raster) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        return frame(raster.getSamples(0, 0, width, height, 0, (int[]) null), height, width);
    }

    /** Looks up (height, width) numbers. */
    Frame frame(int[] numbers, int height, int width) {
        int channels = isGray() ? 1 : 3;
        byte[] samples = new byte[numbers.length * channels];
        byte[] opacity = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int colour = numbers[i] < colours.length ? colours[numbers[i]] : 255 << OPACITY_AT;
            opacity[i] = (byte) (colour >>> OPACITY_AT);
            for (int c = 0; c < channels; c++) {
                samples[i * channels + c] = (byte) (colour >> 8 * (channels - 1 - c));
            }
        }
        return Frame.of(height, width, channels, samples).withOpacity(opacity);
    }
}
