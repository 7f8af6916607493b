package dev.lethe.kernels.simd.winograd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static dev.lethe.kernels.simd.winograd.WinogradTransform.VECTOR;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.simd.NativeMemory;
import dev.lethe.kernels.simd.Panels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The transform of products at the points of Winograd's convolution, (points, tiles, padded channels) floats, to images
 * of outputs, (N, H, W, C), with bias and activation. Offsets are in bytes. Confined to one thread.
 */
public final class WinogradOutput {
    // products (points, tiles, padded channels), images (N, H, W, C), scratch memory
    private final MemorySegment memory;
    private final WinogradTransform transform;
    private final WinogradTiles tiles;
    private final int height;
    private final int width;
    private final int channels;
    private final long pixel; // bytes
    private final long row; // bytes, of the points of a tile
    private final long plane; // bytes from a point to the next
    private final long patch; // (m, m) vectors of floats: outputs that are not stored as they are
    private final float[] bias; // (padded channels): zeros beyond the channels
    private final boolean plain; // neither bias nor activation
    private final float floor; // no output is less
    private final long[] from; // (side): bytes at which the points of a tile's rows begin

    /**
     * Makes a pass over the outputs of a convolution.
     *
     * @param memory products, images and scratch memory
     * @param scratch first of {@link #scratchBytes} that are the pass's own
     * @param plane bytes from a point of the tiles to the next
     */
    public WinogradOutput(WinogradTiles tiles, boolean hasBias, Activation activation, MemorySegment memory,
            long scratch, long plane) {
        this.memory = NativeMemory.of(memory);
        this.tiles = tiles;
        this.plane = plane;
        height = tiles.outputHeight();
        width = tiles.outputWidth();
        channels = tiles.outputChannels();
        pixel = channels * BYTES;
        row = Panels.padded(channels) * BYTES;
        plain = !hasBias && activation == Activation.IDENTITY;
        floor = activation == Activation.RELU ? 0 : Float.NEGATIVE_INFINITY;
        transform = new WinogradTransform(WinogradLine.Kind.OUTPUT, tiles.m(), memory, scratch);
        patch = scratch + WinogradTransform.scratchBytes(tiles.m());
        bias = new float[Panels.padded(channels)];
        from = new long[transform.inputs()];
    }

    /** Returns the bytes of scratch memory that a pass needs. */
    public static long scratchBytes(int m) {
        return 2 * WinogradTransform.scratchBytes(m);
    }

    /** Takes the present bias, (channels) floats from byte {@code at} on. */
    public void useBias(MemorySegment parameters, long at) {
        MemorySegment.copy(parameters, JAVA_FLOAT, at, bias, 0, channels);
    }

    /**
     * Transforms {@code count} tiles and writes them as tiles from {@code first} of all images on.
     *
     * @param points place of the first tile's first point
     * @param images place of the first image
     */
    public void run(long points, int first, int count, long images) {
        for (int t = 0; t < count; t++) {
            tile(points + t * row, first + t, images);
        }
    }

    private void tile(long at, int tile, long images) {
        int image = tile / tiles.perImage();
        int place = tile % tiles.perImage();
        int y = place / tiles.across() * tiles.m();
        int x = place % tiles.across() * tiles.m();
        int rows = Math.min(tiles.m(), height - y);
        int columns = Math.min(tiles.m(), width - x);
        long to = images + (((long) image * height + y) * width + x) * pixel;
        boolean whole = plain && rows == tiles.m() && columns == tiles.m();
        for (int k = 0; k < from.length; k++) {
            from[k] = at + k * from.length * plane;
        }
        for (int c = 0; c < channels; c += LANES) {
            if (whole && c + LANES <= channels) {
                transform.run(memory, from, plane, 0, from.length, memory, to, width * pixel, pixel);
            } else {
                transform.run(memory, from, plane, 0, from.length, memory, patch, tiles.m() * VECTOR, VECTOR);
                finish(c, rows, columns, to);
            }
            for (int k = 0; k < from.length; k++) {
                from[k] += VECTOR;
            }
            to += VECTOR;
        }
    }

    /** Adds the bias, activates, and stores what is inside of the image. */
    private void finish(int c, int rows, int columns, long to) {
        int count = Math.min(LANES, channels - c);
        FloatVector summand = FloatVector.fromArray(SPECIES, bias, c);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                long at = patch + ((long) i * tiles.m() + j) * VECTOR;
                long target = to + ((long) i * width + j) * pixel;
                FloatVector value = FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER).add(summand).max(floor);
                if (count == LANES) {
                    value.intoMemorySegment(memory, target, ORDER);
                } else {
                    value.intoMemorySegment(memory, at, ORDER);
                    MemorySegment.copy(memory, at, memory, target, count * BYTES);
                }
            }
        }
    }
}
