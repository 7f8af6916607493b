package dev.lethe.data.picture;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decoder of lossless WebP pictures (RFC 9649), and of the opacity of lossy ones. */
final class LosslessDecoder {
    private static final int LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;
    private static final int HASH = 0x1E35A7BD;
    private static final int MOST_CACHE_BITS = 11;
    /** Distances of near pixels: rows above in the high four bits, 8 less the columns to the left in the low. */
    private static final int[] NEAR = {0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38,
            0x05, 0x37, 0x39, 0x15, 0x1b, 0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46,
            0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44,
            0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43,
            0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76,
            0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e, 0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20,
            0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70};

    private final LosslessBits bits;

    LosslessDecoder(LosslessBits bits) {
        this.bits = bits;
    }

    /** Decodes (height, width) pixels: opacity, red, green and blue from the highest bits on. */
    int[] decode(int width, int height) throws UndecodableException {
        List<LosslessTransform> transforms = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        int stored = width;
        while (bits.flag()) {
            LosslessTransform transform = transform(stored, height);
            if (!seen.add(transform.kind())) {
                throw UndecodableException.damaged("it has a transform twice");
            }
            transforms.add(transform);
            stored = transform.kind() == LosslessTransform.PALETTE
                    ? LosslessTransform.subsampled(stored, transform.bits())
                    : stored;
        }
        int[] pixels = pixels(stored, height, true);
        for (LosslessTransform transform : transforms.reversed()) {
            pixels = transform.undone(pixels, height);
        }
        return pixels;
    }

    private LosslessTransform transform(int width, int height) throws UndecodableException {
        int kind = bits.read(2);
        if (kind == LosslessTransform.GREEN_SUBTRACTED) {
            return new LosslessTransform(kind, width, 0, new int[0]);
        }
        if (kind == LosslessTransform.PALETTE) {
            int colours = 1 + bits.read(8);
            int[] palette = pixels(colours, 1, false);
            for (int i = 1; i < colours; i++) {
                palette[i] = (palette[i] & 0xFF00FF00) + (palette[i - 1] & 0xFF00FF00) & 0xFF00FF00
                        | (palette[i] & 0x00FF00FF) + (palette[i - 1] & 0x00FF00FF) & 0x00FF00FF;
            }
            return new LosslessTransform(kind, width, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3,
                    palette);
        }
        int size = 2 + bits.read(3);
        return new LosslessTransform(kind, width, size, pixels(LosslessTransform.subsampled(width, size),
                LosslessTransform.subsampled(height, size), false));
    }

    /**
     * Codes of one part of a picture: of green, lengths and colours of the cache, of red, of blue, of opacity, and of
     * distances.
     */
    private record Codes(LosslessCode green, LosslessCode red, LosslessCode blue, LosslessCode opacity,
            LosslessCode distance) {}

    private Codes codes(int cached) throws UndecodableException {
        return new Codes(LosslessCode.read(bits, LITERALS + LENGTHS + cached), LosslessCode.read(bits, LITERALS),
                LosslessCode.read(bits, LITERALS), LosslessCode.read(bits, LITERALS),
                LosslessCode.read(bits, DISTANCES));
    }

    private int[] pixels(int width, int height, boolean outermost) throws UndecodableException {
        int cacheBits = 0;
        if (bits.flag()) {
            cacheBits = bits.read(4);
            if (cacheBits < 1 || cacheBits > MOST_CACHE_BITS) {
                throw UndecodableException.damaged("its cache of colours has bits=" + cacheBits);
            }
        }
        int[] groups = null;
        int squares = 0;
        int count = 1;
        if (outermost && bits.flag()) {
            squares = 2 + bits.read(3);
            groups = pixels(LosslessTransform.subsampled(width, squares),
                    LosslessTransform.subsampled(height, squares), false);
            for (int i = 0; i < groups.length; i++) {
                groups[i] = groups[i] >> 8 & 0xFFFF;
                count = Math.max(count, groups[i] + 1);
            }
        }
        int cached = cacheBits == 0 ? 0 : 1 << cacheBits;
        List<Codes> codes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            codes.add(codes(cached));
        }
        return read(width, height, codes, groups, squares, cacheBits);
    }

    private int[] read(int width, int height, List<Codes> codes, int @Nullable [] groups, int squares, int cacheBits)
            throws UndecodableException {
        int[] pixels = new int[width * height];
        int[] cache = new int[1 << cacheBits];
        int across = LosslessTransform.subsampled(width, squares);
        int at = 0;
        while (at < pixels.length) {
            Codes of = groups == null
                    ? codes.getFirst()
                    : codes.get(groups[(at / width >> squares) * across + (at % width >> squares)]);
            int symbol = of.green().symbol(bits);
            int from = at;
            if (symbol < LITERALS) {
                int red = of.red().symbol(bits);
                int blue = of.blue().symbol(bits);
                pixels[at++] = of.opacity().symbol(bits) << 24 | red << 16 | symbol << 8 | blue;
            } else if (symbol < LITERALS + LENGTHS) {
                int length = number(symbol - LITERALS);
                int distance = distance(number(of.distance().symbol(bits)), width);
                if (distance > at || length > pixels.length - at) {
                    throw UndecodableException.damaged("it repeats pixels that are not there");
                }
                for (int i = 0; i < length; i++, at++) {
                    pixels[at] = pixels[at - distance];
                }
            } else {
                pixels[at++] = cache[symbol - LITERALS - LENGTHS];
            }
            for (int i = from; cacheBits > 0 && i < at; i++) {
                cache[HASH * pixels[i] >>> Integer.SIZE - cacheBits] = pixels[i];
            }
        }
        return pixels;
    }

    private int number(int symbol) throws UndecodableException {
        if (symbol < 4) {
            return symbol + 1;
        }
        int more = symbol - 2 >> 1;
        return (2 + (symbol & 1) << more) + bits.read(more) + 1;
    }

    private static int distance(int number, int width) {
        if (number > NEAR.length) {
            return number - NEAR.length;
        }
        int near = NEAR[number - 1];
        return Math.max(1, (near >> 4) * width + 8 - (near & 15));
    }
}
