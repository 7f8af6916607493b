package dev.lethe.data.picture;

/**
 * Transform of the pixels of a lossless WebP picture.
 *
 * @param kind number of the transform: 0 predicts, 1 mixes colours, 2 subtracts green, 3 looks up a palette
 * @param width width of the picture
 * @param bits size of the squares that share a number, or of the numbers that share a pixel, as a power of two
 * @param data numbers of the squares, or the palette
 */
record LosslessTransform(int kind, int width, int bits, int[] data) {
    static final int PREDICTED = 0;
    static final int MIXED = 1;
    static final int GREEN_SUBTRACTED = 2;
    static final int PALETTE = 3;

    private static final int OPAQUE_BLACK = 0xFF000000;
    private static final int MOST = 255;

    /** Returns the pixels before the transform, which may be the same array. */
    int[] undone(int[] pixels, int height) {
        switch (kind) {
            case PREDICTED -> unpredict(pixels, height);
            case MIXED -> unmix(pixels);
            case GREEN_SUBTRACTED -> addGreen(pixels);
            default -> {
                return lookedUp(pixels, height);
            }
        }
        return pixels;
    }

    private static int sum(int a, int b) {
        return (a & 0xFF00FF00) + (b & 0xFF00FF00) & 0xFF00FF00 | (a & 0x00FF00FF) + (b & 0x00FF00FF) & 0x00FF00FF;
    }

    private void unpredict(int[] pixels, int height) {
        pixels[0] = sum(pixels[0], OPAQUE_BLACK);
        for (int x = 1; x < width; x++) {
            pixels[x] = sum(pixels[x], pixels[x - 1]);
        }
        int across = subsampled(width, bits);
        for (int y = 1; y < height; y++) {
            int row = y * width;
            pixels[row] = sum(pixels[row], pixels[row - width]);
            for (int x = 1; x < width; x++) {
                int mode = data[(y >> bits) * across + (x >> bits)] >> 8 & 15;
                pixels[row + x] = sum(pixels[row + x], predicted(mode, pixels, row + x));
            }
        }
    }

    private int predicted(int mode, int[] pixels, int at) {
        int left = pixels[at - 1];
        int above = pixels[at - width];
        int aboveRight = pixels[at - width + 1]; // on the right edge the first of this row
        int aboveLeft = pixels[at - width - 1];
        return switch (mode) {
            case 1 -> left;
            case 2 -> above;
            case 3 -> aboveRight;
            case 4 -> aboveLeft;
            case 5 -> mean(mean(left, aboveRight), above);
            case 6 -> mean(left, aboveLeft);
            case 7 -> mean(left, above);
            case 8 -> mean(aboveLeft, above);
            case 9 -> mean(above, aboveRight);
            case 10 -> mean(mean(left, aboveLeft), mean(above, aboveRight));
            case 11 -> distance(left, aboveLeft) <= distance(above, aboveLeft) ? above : left;
            case 12 -> continued(left, above, aboveLeft, 1);
            case 13 -> {
                int mean = mean(left, above);
                yield continued(mean, mean, aboveLeft, 2);
            }
            default -> OPAQUE_BLACK;
        };
    }

    private static int mean(int a, int b) {
        return (((a ^ b) & 0xFEFEFEFE) >>> 1) + (a & b);
    }

    private static int distance(int a, int b) {
        int sum = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            sum += Math.abs((a >>> shift & MOST) - (b >>> shift & MOST));
        }
        return sum;
    }

    /** Adds to {@code a} the difference of {@code b} and {@code c}, or a part of it. */
    private static int continued(int a, int b, int c, int part) {
        int result = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int change = ((b >>> shift & MOST) - (c >>> shift & MOST)) / part;
            result |= Math.clamp((a >>> shift & MOST) + change, 0, MOST) << shift;
        }
        return result;
    }

    private void unmix(int[] pixels) {
        int across = subsampled(width, bits);
        for (int i = 0; i < pixels.length; i++) {
            int factors = data[(i / width >> bits) * across + (i % width >> bits)];
            int green = (byte) (pixels[i] >> 8);
            int red = (pixels[i] >> 16) + mixed((byte) factors, green) & MOST;
            int blue = pixels[i] + mixed((byte) (factors >> 8), green) + mixed((byte) (factors >> 16), (byte) red)
                    & MOST;
            pixels[i] = pixels[i] & 0xFF00FF00 | red << 16 | blue;
        }
    }

    private static int mixed(byte factor, int colour) {
        return factor * colour >> 5;
    }

    private static void addGreen(int[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            int green = pixels[i] >> 8 & MOST;
            pixels[i] = pixels[i] & 0xFF00FF00 | (pixels[i] & 0x00FF00FF) + (green << 16 | green) & 0x00FF00FF;
        }
    }

    private int[] lookedUp(int[] pixels, int height) {
        int[] colours = new int[width * height];
        int across = subsampled(width, bits);
        int each = Byte.SIZE >> bits; // bits of a number
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int packed = pixels[y * across + (x >> bits)] >> 8 & MOST;
                int number = packed >> (x & (1 << bits) - 1) * each & (1 << each) - 1;
                colours[y * width + x] = number < data.length ? data[number] : 0;
            }
        }
        return colours;
    }

    static int subsampled(int size, int bits) {
        return size + (1 << bits) - 1 >> bits;
    }
}
