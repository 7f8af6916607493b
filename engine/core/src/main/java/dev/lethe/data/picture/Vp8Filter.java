package dev.lethe.data.picture;

/** Filter of VP8 that smooths the edges of blocks. */
final class Vp8Filter {
    private static final int MOST = 255;

    private final boolean simple;
    private final Vp8Plane luma;
    private final Vp8Plane[] chroma;

    /**
     * Filters a frame in place.
     *
     * @param simple whether luma alone is filtered, by the simple filter
     */
    Vp8Filter(boolean simple, Vp8Plane luma, Vp8Plane... chroma) {
        this.simple = simple;
        this.luma = luma;
        this.chroma = chroma;
    }

    /**
     * Strength of the filter in a block of 16 by 16 pixels.
     *
     * @param limit limit of the difference at edges within the block; 0 for no filter
     * @param inner limit of differences beside an edge
     * @param variance limit above which an edge is taken for one of the picture
     */
    record Strength(int limit, int inner, int variance) {
        /** Computes the strength of a level between 0 and 63. */
        static Strength of(int level, int sharpness) {
            if (level == 0) {
                return new Strength(0, 0, 0);
            }
            int inner = sharpness == 0 ? level : Math.min(level >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
            inner = Math.max(1, inner);
            return new Strength(2 * level + inner, inner, level >= 40 ? 2 : level >= 15 ? 1 : 0);
        }
    }

    /** Filters the left and the upper edge of a block, if it has neighbours there, and those within it if asked. */
    void block(int blockX, int blockY, Strength strength, boolean within) {
        if (strength.limit() == 0) {
            return;
        }
        for (int side = 0; side < 2; side++) { // first the columns
            boolean columns = side == 0;
            if ((columns ? blockX : blockY) > 0) {
                edges(luma, 16, blockX, blockY, columns, 0, strength.limit() + 4, strength);
                for (Vp8Plane plane : chroma) {
                    edges(plane, 8, blockX, blockY, columns, 0, strength.limit() + 4, strength);
                }
            }
            if (within) {
                for (int at = 4; at < 16; at += 4) {
                    edges(luma, 16, blockX, blockY, columns, at, strength.limit(), strength);
                }
                for (Vp8Plane plane : chroma) {
                    edges(plane, 8, blockX, blockY, columns, 4, strength.limit(), strength);
                }
            }
        }
    }

    /** Filters an edge of a block; {@code at} is its distance from the block's own edge. */
    private void edges(Vp8Plane plane, int size, int blockX, int blockY, boolean columns, int at, int limit,
            Strength strength) {
        if (simple && plane != luma) {
            return;
        }
        int across = columns ? 1 : plane.stride;
        int along = columns ? plane.stride : 1;
        int start = plane.offset(blockX * size, blockY * size) + at * across;
        for (int i = 0; i < size; i++) {
            edge(plane, start + i * along, across, 2 * limit + 1, strength, at > 0);
        }
    }

    private void edge(Vp8Plane plane, int at, int step, int limit, Strength strength, boolean within) {
        int p1 = plane.at(at - 2 * step);
        int p0 = plane.at(at - step);
        int q0 = plane.at(at);
        int q1 = plane.at(at + step);
        if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limit) {
            return;
        }
        if (simple) {
            two(plane.samples, at, step, p1, p0, q0, q1);
            return;
        }
        int p2 = plane.at(at - 3 * step);
        int q2 = plane.at(at + 2 * step);
        int inner = strength.inner();
        if (Math.abs(plane.at(at - 4 * step) - p2) > inner || Math.abs(p2 - p1) > inner || Math.abs(p1 - p0) > inner
                || Math.abs(plane.at(at + 3 * step) - q2) > inner || Math.abs(q2 - q1) > inner
                || Math.abs(q1 - q0) > inner) {
            return;
        }
        if (Math.abs(p1 - p0) > strength.variance() || Math.abs(q1 - q0) > strength.variance()) {
            two(plane.samples, at, step, p1, p0, q0, q1);
        } else if (within) {
            four(plane.samples, at, step, p1, p0, q0, q1);
        } else {
            six(plane.samples, at, step, new int[]{p2, p1, p0, q0, q1, q2});
        }
    }

    private static int signed(int value) {
        return Math.clamp(value, -128, 127);
    }

    private static int small(int value) {
        return Math.clamp(value, -16, 15);
    }

    private static byte sample(int value) {
        return (byte) Math.clamp(value, 0, MOST);
    }

    private static void two(byte[] samples, int at, int step, int p1, int p0, int q0, int q1) {
        int a = 3 * (q0 - p0) + signed(p1 - q1);
        samples[at - step] = sample(p0 + small(a + 3 >> 3));
        samples[at] = sample(q0 - small(a + 4 >> 3));
    }

    private static void four(byte[] samples, int at, int step, int p1, int p0, int q0, int q1) {
        int a = 3 * (q0 - p0);
        int forQ = small(a + 4 >> 3);
        int outer = forQ + 1 >> 1;
        samples[at - 2 * step] = sample(p1 + outer);
        samples[at - step] = sample(p0 + small(a + 3 >> 3));
        samples[at] = sample(q0 - forQ);
        samples[at + step] = sample(q1 - outer);
    }

    private static void six(byte[] samples, int at, int step, int[] p) {
        int a = signed(3 * (p[3] - p[2]) + signed(p[1] - p[4]));
        for (int i = 0; i < 3; i++) {
            int change = (9 * (i + 1) * a + 63) >> 7;
            samples[at + (i - 3) * step] = sample(p[i] + change);
            samples[at + (2 - i) * step] = sample(p[5 - i] - change);
        }
    }
}
