package dev.lethe.kernels.simd.winograd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.winograd.WinogradTransform.VECTOR;

import dev.lethe.kernels.simd.NativeMemory;
import dev.lethe.kernels.simd.Panels;
import java.lang.foreign.MemorySegment;

/**
 * The transform of tiles of images, (N, H, W, C), to the points at which Winograd's convolution multiplies: a matrix of
 * tiles by padded channels for each point. It transforms a convolution's input or, for the gradient of the weights, its
 * output's gradient. Offsets are in bytes. Confined to one thread.
 */
public final class WinogradInput {
    private final MemorySegment memory; // images (N, H, W, C), points and scratch memory, at offsets in bytes
    private final WinogradTransform transform;
    private final WinogradTiles tiles;
    private final int height; // of the images read
    private final int width;
    private final int channels;
    private final int origin; // of the first tile
    private final long pixel; // bytes
    private final PointMatrices points; // (tile, channel)
    private final long zeros; // a row of a tile that is outside of the image
    private final long patch; // (side, side) vectors: the last channels of a tile, where they fill no vector
    private final long[] from; // (side): bytes at which the rows of a tile begin
    private final long[] patchFrom; // (side): bytes at which the rows of the patch begin

    private WinogradInput(WinogradLine.Kind kind, WinogradTiles tiles, int height, int width, int channels, int origin,
            MemorySegment memory, long scratch, PointMatrices points) {
        this.memory = NativeMemory.of(memory);
        this.tiles = tiles;
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.origin = origin;
        this.points = points;
        pixel = channels * BYTES;
        transform = new WinogradTransform(kind, tiles.m(), memory, scratch);
        patch = scratch + WinogradTransform.scratchBytes(tiles.m());
        zeros = patch + WinogradTransform.scratchBytes(tiles.m());
        from = new long[transform.inputs()];
        patchFrom = new long[transform.inputs()];
        for (int k = 0; k < patchFrom.length; k++) {
            patchFrom[k] = patch + k * patchRow();
        }
    }

    /**
     * Returns a pass over the inputs of a convolution.
     *
     * @param memory images, points and scratch memory
     * @param scratch first of {@link #scratchBytes} that are the pass's own
     * @param points layout of the matrices of tiles by channels
     */
    public static WinogradInput ofInput(WinogradTiles tiles, MemorySegment memory, long scratch,
            PointMatrices points) {
        return new WinogradInput(WinogradLine.Kind.INPUT, tiles, tiles.inputHeight(), tiles.inputWidth(),
                tiles.inputChannels(), -tiles.padding(), memory, scratch, points);
    }

    /** Returns a pass over the gradients of a convolution's outputs. */
    public static WinogradInput ofOutputGradient(WinogradTiles tiles, MemorySegment memory,
            long scratch, PointMatrices points) {
        return new WinogradInput(WinogradLine.Kind.OUTPUT_GRADIENT, tiles, tiles.outputHeight(), tiles.outputWidth(),
                tiles.outputChannels(), 0, memory, scratch, points);
    }

    /** Returns the bytes of scratch memory that a pass needs. */
    public static long scratchBytes(int m, int channels) {
        return 2 * WinogradTransform.scratchBytes(m) + (m + 2L) * Panels.padded(channels) * BYTES;
    }

    private long patchRow() {
        return transform.inputs() * VECTOR;
    }

    /** Prepares the scratch memory; callers call it before {@link #run} if other work may have used that memory. */
    public void clearScratch() {
        NativeMemory.clear(memory, zeros, transform.inputs() * pixel);
        NativeMemory.clear(memory, patch, transform.inputs() * patchRow());
    }

    /**
     * Transforms {@code count} tiles from tile {@code first} of all images on.
     *
     * @param images place of the first image
     * @param to receives the first point's matrix, whose first rows are these tiles
     */
    public void run(long images, int first, int count, long to) {
        for (int t = 0; t < count; t++) {
            tile(images, first + t, t, to);
        }
    }

    /** Sets the matrices of all points, from byte {@code to} on, to zero. */
    public void clear(long to) {
        for (int p = 0; p < points.points(); p++) {
            NativeMemory.clear(memory, to + p * points.plane(), points.matrix().bytes());
        }
    }

    private void tile(long images, int tile, int row, long to) {
        int image = tile / tiles.perImage();
        int place = tile % tiles.perImage();
        int y = place / tiles.across() * tiles.m() + origin;
        int x = place % tiles.across() * tiles.m() + origin;
        int firstColumn = Math.max(0, -x);
        int endColumn = Math.min(from.length, width - x);
        for (int k = 0; k < from.length; k++) {
            from[k] = y + k < 0 || y + k >= height
                    ? zeros
                    : images + (((long) image * height + y + k) * width + x + firstColumn) * pixel;
        }
        Panels matrix = points.matrix();
        for (int panel = 0; panel < matrix.count(); panel++) {
            int first = panel * matrix.width();
            channels(first, Math.min(channels, first + matrix.width()), firstColumn, endColumn,
                    to + matrix.offset(row, first));
        }
    }

    /** Transforms the channels of a panel, {@code end} not included. */
    private void channels(int first, int end, int firstColumn, int endColumn, long to) {
        long plane = points.plane();
        long at = to;
        int c = first;
        for (; c + LANES <= end; c += LANES) {
            transform.run(memory, from, pixel, firstColumn, endColumn, memory, at, transform.outputs() * plane, plane);
            for (int k = 0; k < from.length; k++) {
                from[k] += VECTOR;
            }
            at += VECTOR;
        }
        if (c < end) {
            copyLastChannels(end - c, endColumn - firstColumn);
            transform.run(memory, patchFrom, VECTOR, firstColumn, endColumn, memory, at,
                    transform.outputs() * plane, plane);
        }
    }

    /** Copies the last channels, if they fill no vector, to a place where zeros follow them. */
    private void copyLastChannels(int count, int columns) {
        for (int k = 0; k < from.length; k++) {
            for (int j = 0; j < columns; j++) {
                MemorySegment.copy(memory, from[k] + j * pixel, memory, patchFrom[k] + j * VECTOR,
                        count * BYTES);
            }
        }
    }
}
