package dev.lethe.data.picture;

import dev.lethe.data.picture.Vp8Filter.Strength;
import dev.lethe.data.picture.Vp8Plane.Prediction;
import java.util.Arrays;

/** Decoder of a key frame of VP8 (RFC 6386), which a lossy WebP file holds. Its samples are those of libwebp. */
final class Vp8Decoder {
    private static final int SEGMENTS = 4;
    private static final int HEADER_BYTES = 10;
    private static final int SIDE_BITS = 0x3FFF;

    private final Bytes bytes;
    private final int width;
    private final int height;
    private final int across; // blocks of 16 by 16 pixels
    private final int down;
    private final BoolDecoder header;
    private final BoolDecoder[] parts;
    private final Vp8Coefficients coefficients;
    private final Vp8Plane luma;
    private final Vp8Plane blue;
    private final Vp8Plane red;

    private boolean segmented;
    private boolean mapped;
    private boolean absolute = true;
    private final int[] qualities = new int[SEGMENTS];
    private final int[] levels = new int[SEGMENTS];
    private final int[] segmentTree = {255, 255, 255};
    private boolean simple;
    private int level;
    private int sharpness;
    private int intraDelta;
    private int blockDelta;
    private final int[][] steps = new int[SEGMENTS][];
    private int skipProbability = -1;

    private final int[] modesAbove;
    private final int[] modesLeft = new int[4];
    private final byte[] strengths; // by block: the segment, whether of small blocks, whether with coefficients
    private final short[] block = new short[Vp8Coefficients.ALL];

    Vp8Decoder(Bytes bytes, int from, int end, long mostPixels) throws UndecodableException {
        this.bytes = bytes;
        int tag = bytes.little24(from);
        if ((tag & 1) != 0 || (tag >> 1 & 7) > 3 || (tag >> 4 & 1) == 0 || !bytes.has(from + 3, "\u009d\u0001*")) {
            throw UndecodableException.damaged("it does not begin with a whole frame");
        }
        this.width = bytes.little16(from + 6) & SIDE_BITS;
        this.height = bytes.little16(from + 8) & SIDE_BITS;
        Frame.requireSize(width, height, mostPixels);
        this.across = Math.ceilDiv(width, 16);
        this.down = Math.ceilDiv(height, 16);
        int headerEnd = from + HEADER_BYTES + (tag >> 5);
        if (headerEnd > end) {
            throw UndecodableException.truncated();
        }
        this.header = new BoolDecoder(bytes, from + HEADER_BYTES, headerEnd);
        header.number(2); // the space of colours, and whether samples need no clamping
        readSegments();
        readFilter();
        this.parts = parts(headerEnd, end);
        readSteps();
        header.flag(); // whether probabilities are for the next frames too
        this.coefficients = new Vp8Coefficients(across);
        coefficients.readProbabilities(header);
        if (header.flag()) {
            skipProbability = header.number(8);
        }
        header.requireEnough();
        this.luma = new Vp8Plane(across, down, 16);
        this.blue = new Vp8Plane(across, down, 8);
        this.red = new Vp8Plane(across, down, 8);
        this.modesAbove = new int[4 * across];
        this.strengths = new byte[across * down];
    }

    private void readSegments() {
        segmented = header.flag();
        if (!segmented) {
            return;
        }
        mapped = header.flag();
        if (header.flag()) {
            absolute = header.flag();
            Arrays.setAll(qualities, _ -> header.optional(7));
            Arrays.setAll(levels, _ -> header.optional(6));
        }
        if (mapped) {
            Arrays.setAll(segmentTree, _ -> header.flag() ? header.number(8) : 255);
        }
    }

    private void readFilter() {
        simple = header.flag();
        level = header.number(6);
        sharpness = header.number(3);
        if (header.flag() && header.flag()) {
            for (int i = 0; i < 8; i++) { // by reference, then by mode: the first of each is for key frames
                int delta = header.optional(6);
                intraDelta = i == 0 ? delta : intraDelta;
                blockDelta = i == 4 ? delta : blockDelta;
            }
        }
    }

    private BoolDecoder[] parts(int from, int end) throws UndecodableException {
        BoolDecoder[] all = new BoolDecoder[1 << header.number(2)];
        int start = from + 3 * (all.length - 1);
        if (start >= end) {
            throw UndecodableException.truncated();
        }
        for (int i = 0; i < all.length; i++) {
            int partEnd = i == all.length - 1 ? end : Math.min(end, start + bytes.little24(from + 3 * i));
            all[i] = new BoolDecoder(bytes, start, partEnd);
            start = partEnd;
        }
        return all;
    }

    private void readSteps() {
        int base = header.number(7);
        int[] deltas = new int[5]; // of the first of luma, the first and the others of means, and of chroma
        Arrays.setAll(deltas, _ -> header.optional(4));
        for (int s = 0; s < SEGMENTS; s++) {
            int quality = !segmented ? base : absolute ? qualities[s] : base + qualities[s];
            steps[s] = new int[]{first(quality + deltas[0], 127), other(quality), 2 * first(quality + deltas[1], 127),
                    Math.max(8, other(quality + deltas[2]) * 101_581 >> 16), first(quality + deltas[3], 117),
                    other(quality + deltas[4])};
        }
    }

    private static int first(int quality, int most) {
        return Vp8Tables.FIRST_STEPS[Math.clamp(quality, 0, most)];
    }

    private static int other(int quality) {
        return Vp8Tables.OTHER_STEPS[Math.clamp(quality, 0, 127)];
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Decodes the frame to (height, width, 3) samples. */
    byte[] decode() throws UndecodableException {
        for (int y = 0; y < down; y++) {
            coefficients.beginRow();
            Arrays.fill(modesLeft, 0);
            BoolDecoder data = parts[y & parts.length - 1];
            for (int x = 0; x < across; x++) {
                block(data, x, y);
                header.requireEnough();
                data.requireEnough();
            }
        }
        if (level > 0) {
            filter();
        }
        return new Vp8Colours(luma, blue, red).samples(width, height);
    }

    private void block(BoolDecoder data, int x, int y) {
        int segment = !mapped
                ? 0
                : header.bit(segmentTree[0]) == 0
                        ? header.bit(segmentTree[1])
                        : 2 + header.bit(segmentTree[2]);
        boolean skipped = skipProbability >= 0 && header.bit(skipProbability) == 1;
        boolean small = header.bit(145) == 0;
        int[] modes = new int[16];
        Prediction whole = Prediction.MEAN;
        if (small) {
            readModes(x, modes);
        } else {
            whole = header.bit(156) == 1
                    ? header.bit(128) == 1 ? Prediction.MOTION : Prediction.LEFT
                    : header.bit(163) == 1 ? Prediction.ABOVE : Prediction.MEAN;
            Arrays.fill(modesAbove, 4 * x, 4 * x + 4, whole.ordinal()); // the numbers of the same ways for small ones
            Arrays.fill(modesLeft, whole.ordinal());
        }
        Prediction chroma = header.bit(142) == 0
                ? Prediction.MEAN
                : header.bit(114) == 0
                        ? Prediction.ABOVE
                        : header.bit(183) == 1 ? Prediction.MOTION : Prediction.LEFT;
        boolean some = false;
        if (skipped) {
            Arrays.fill(block, (short) 0);
            coefficients.skip(x, !small);
        } else {
            some = coefficients.read(data, x, !small, steps[segment], block);
        }
        strengths[y * across + x] = (byte) (segment << 2 | (small ? 2 : 0) | (some ? 1 : 0));
        if (small) {
            predictSmall(x, y, modes);
        } else {
            luma.predict(whole, 16 * x, 16 * y, 16);
            for (int i = 0; some && i < 16; i++) {
                luma.add(block, 16 * i, luma.offset(16 * x + 4 * (i & 3), 16 * y + 4 * (i >> 2)));
            }
        }
        chroma(blue, chroma, x, y, 256, some);
        chroma(red, chroma, x, y, 320, some);
    }

    private void chroma(Vp8Plane plane, Prediction mode, int x, int y, int from, boolean some) {
        plane.predict(mode, 8 * x, 8 * y, 8);
        for (int i = 0; some && i < 4; i++) {
            plane.add(block, from + 16 * i, plane.offset(8 * x + 4 * (i & 1), 8 * y + 4 * (i >> 1)));
        }
    }

    private void readModes(int x, int[] modes) {
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 4; column++) {
                int tree = (modesAbove[4 * x + column] * Vp8Tables.BLOCK_MODES + modesLeft[row])
                        * (Vp8Tables.BLOCK_MODES - 1);
                int mode = mode(tree);
                modesAbove[4 * x + column] = mode;
                modesLeft[row] = mode;
                modes[4 * row + column] = mode;
            }
        }
    }

    private boolean branch(int tree, int at) {
        return header.bit(Vp8Tables.MODES[tree + at]) == 1;
    }

    private int mode(int tree) {
        for (int mode = 0; mode < 3; mode++) {
            if (!branch(tree, mode)) {
                return mode;
            }
        }
        if (!branch(tree, 3)) {
            return !branch(tree, 4) ? 3 : !branch(tree, 5) ? 4 : 5;
        }
        if (!branch(tree, 6)) {
            return 6;
        }
        return !branch(tree, 7) ? 7 : !branch(tree, 8) ? 8 : 9;
    }

    private void predictSmall(int x, int y, int[] modes) {
        int stride = luma.stride;
        int[] edge = new int[13];
        for (int i = 0; i < 16; i++) {
            int start = luma.offset(16 * x + 4 * (i & 3), 16 * y + 4 * (i >> 2));
            for (int j = 0; j < 4; j++) {
                edge[j] = luma.at(start + (3 - j) * stride - 1);
                edge[5 + j] = luma.at(start - stride + j);
                edge[9 + j] = luma.at(right(x, y, i, start, j));
            }
            edge[4] = luma.at(start - stride - 1);
            Vp8Blocks.predict(modes[i], luma, start, edge);
            luma.add(block, 16 * i, start);
        }
    }

    /** Returns the offset of a sample above and to the right of a small block; on the right it is above the large. */
    private int right(int x, int y, int i, int start, int j) {
        if ((i & 3) < 3) {
            return start - luma.stride + 4 + j;
        }
        int above = luma.offset(16 * x + 16, 16 * y) - luma.stride;
        return x == across - 1 && y > 0 ? above - 1 : above + j;
    }

    private void filter() {
        Strength[] all = new Strength[2 * SEGMENTS];
        for (int i = 0; i < all.length; i++) {
            int base = !segmented ? level : absolute ? levels[i >> 1] : level + levels[i >> 1];
            int of = base + intraDelta + ((i & 1) == 1 ? blockDelta : 0);
            all[i] = Strength.of(Math.clamp(of, 0, 63), sharpness);
        }
        Vp8Filter filter = new Vp8Filter(simple, luma, blue, red);
        for (int y = 0; y < down; y++) {
            for (int x = 0; x < across; x++) {
                int of = strengths[y * across + x];
                filter.block(x, y, all[of >> 1], (of & 3) != 0);
            }
        }
    }
}
