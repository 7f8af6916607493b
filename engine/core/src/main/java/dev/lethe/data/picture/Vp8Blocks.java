package dev.lethe.data.picture;

/** Predictions of blocks of four by four samples, by the numbers that VP8 gives them. */
final class Vp8Blocks {
    private static final int SIDE = 4;
    private static final int CORNER = 4; // of the edge, between the samples to the left and those above
    private static final int MOST = 255;

    private Vp8Blocks() {}

    /**
     * Predicts a block.
     *
     * @param mode number of the prediction
     * @param plane samples
     * @param start offset of the block
     * @param edge samples from the lowest to the left, to the corner, to the last above on the right: 13
     */
    static void predict(int mode, Vp8Plane plane, int start, int[] edge) {
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                plane.samples[start + y * plane.stride + x] = (byte) sample(mode, edge, x, y);
            }
        }
    }

    private static int sample(int mode, int[] edge, int x, int y) {
        return switch (mode) {
            case 0 -> mean(edge);
            case 1 -> Math.clamp(left(edge, y) + above(edge, x) - edge[CORNER], 0, MOST);
            case 2 -> three(edge, CORNER + 1 + x);
            case 3 -> y == SIDE - 1 ? last(edge[1], edge[0]) : three(edge, CORNER - 1 - y);
            case 4 -> three(edge, CORNER + x - y);
            case 5 -> rightOfVertical(edge, x, y);
            case 6 -> x + y == 2 * SIDE - 2 ? last(above(edge, 6), above(edge, 7)) : three(edge, CORNER + 2 + x + y);
            case 7 -> leftOfVertical(edge, x, y);
            case 8 -> belowHorizontal(edge, x, y);
            default -> aboveHorizontal(edge, x, y);
        };
    }

    private static int left(int[] edge, int y) {
        return edge[CORNER - 1 - y];
    }

    private static int above(int[] edge, int x) {
        return edge[CORNER + 1 + x];
    }

    private static int mean(int[] edge) {
        int sum = SIDE;
        for (int i = 0; i < SIDE; i++) {
            sum += left(edge, i) + above(edge, i);
        }
        return sum >> 3;
    }

    /** Returns the weighted mean of three samples around one of the edge. */
    private static int three(int[] edge, int at) {
        return edge[at - 1] + 2 * edge[at] + edge[at + 1] + 2 >> 2;
    }

    /** Returns the weighted mean at an end, whose sample counts for the one that is not there. */
    private static int last(int before, int end) {
        return before + 3 * end + 2 >> 2;
    }

    private static int two(int[] edge, int at) {
        return edge[at] + edge[at + 1] + 1 >> 1;
    }

    private static int rightOfVertical(int[] edge, int x, int y) {
        int along = 2 * x - y;
        return along < 0
                ? three(edge, CORNER + 1 + along)
                : along % 2 == 0 ? two(edge, CORNER + along / 2) : three(edge, CORNER + 1 + along / 2);
    }

    private static int leftOfVertical(int[] edge, int x, int y) {
        if (x == SIDE - 1 && y >= 2) {
            return three(edge, CORNER + 4 + y);
        }
        int at = CORNER + 1 + x + y / 2;
        return y % 2 == 0 ? two(edge, at) : three(edge, at + 1);
    }

    private static int belowHorizontal(int[] edge, int x, int y) {
        int along = 2 * y - x;
        return along < 0
                ? three(edge, CORNER - 1 - along)
                : along % 2 == 0 ? two(edge, CORNER - 1 - along / 2) : three(edge, CORNER - 1 - along / 2);
    }

    private static int aboveHorizontal(int[] edge, int x, int y) {
        int along = 2 * y + x;
        if (along >= 5) {
            return along == 5 ? last(edge[1], edge[0]) : edge[0];
        }
        int at = CORNER - 1 - along / 2;
        return along % 2 == 0 ? two(edge, at - 1) : three(edge, at - 1);
    }
}
