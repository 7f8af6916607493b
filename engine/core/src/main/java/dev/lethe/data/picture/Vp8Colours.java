package dev.lethe.data.picture;

/**
 * Conversion of VP8's components to red, green and blue, as libwebp's: chroma is interpolated between its four nearest
 * samples.
 *
 * @param luma luminance
 * @param blue difference of blue, of half the width and height
 * @param red difference of red
 */
record Vp8Colours(Vp8Plane luma, Vp8Plane blue, Vp8Plane red) {
    private static final int FRACTION_BITS = 6;

    byte[] samples(int width, int height) {
        byte[] samples = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            int near = y >> 1;
            int far = Math.clamp(y % 2 == 0 ? near - 1 : near + 1, 0, (height - 1) >> 1);
            for (int x = 0; x < width; x++) {
                int own = x >> 1;
                int beside = x % 2 == 0 ? own - 1 : own + 1;
                boolean inside = beside >= 0 && beside <= (width - 1) >> 1;
                int u = chroma(blue, own, inside ? beside : -1, near, far);
                int v = chroma(red, own, inside ? beside : -1, near, far);
                int light = scaled(luma.at(luma.offset(x, y)), 19_077);
                int to = (y * width + x) * 3;
                samples[to] = clamped(light + scaled(v, 26_149) - 14_234);
                samples[to + 1] = clamped(light - scaled(u, 6_419) - scaled(v, 13_320) + 8_708);
                samples[to + 2] = clamped(light + scaled(u, 33_050) - 17_685);
            }
        }
        return samples;
    }

    /** Interpolates; on the left and right edge, where {@code beside} is -1, between rows alone. */
    private static int chroma(Vp8Plane plane, int own, int beside, int near, int far) {
        int here = plane.at(plane.offset(own, near));
        int vertical = plane.at(plane.offset(own, far));
        if (beside < 0) {
            return 3 * here + vertical + 2 >> 2;
        }
        int horizontal = plane.at(plane.offset(beside, near));
        int diagonal = plane.at(plane.offset(beside, far));
        return (here + 3 * horizontal + 3 * vertical + diagonal + 8 >> 3) + here >> 1;
    }

    private static int scaled(int sample, int factor) {
        return sample * factor >> 8;
    }

    private static byte clamped(int value) {
        return (byte) Math.clamp(value >> FRACTION_BITS, 0, 255);
    }
}
