package dev.lethe.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Augmentation.Border;
import dev.lethe.kernels.op.Augmentation.View;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The views of a worker's images as bytes, made in cache for the pass that normalises them. Confined to one thread: it
 * holds the views.
 */
public final class ImageViews {
    private final Augmentation augmentation;
    private final long seed;
    private final byte[] mean; // (W, C): a row of the mean colour
    private final int height;
    private final int width;
    private final int channels;
    private final byte[] source; // (H, W, C): the pixels of an example
    private final byte[] row; // (W, C): a row of its view
    private final MemorySegment views; // (count, H, W, C) bytes
    private final MemorySegment order; // (count) int32: 0, 1, ..., the order in which views are read

    /**
     * Allocates memory for views.
     *
     * @param images (N, H, W, C); N is not used
     * @param count largest number of views of a call
     */
    public ImageViews(Augmentation augmentation, long seed, Normalization normalization, Shape images, int count) {
        this.augmentation = augmentation;
        this.seed = seed;
        height = images.dim(1);
        width = images.dim(2);
        channels = images.dim(3);
        mean = new byte[width * channels];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = normalization.meanPixel(i % channels);
        }
        source = new byte[height * width * channels];
        row = new byte[width * channels];
        Arena arena = Arena.ofAuto();
        views = arena.allocate((long) count * source.length, 64);
        order = arena.allocate((long) count * Integer.BYTES, 64);
        for (int i = 0; i < count; i++) {
            order.setAtIndex(JAVA_INT, i, i);
        }
    }

    /**
     * Makes the views of presentations {@code [first, first + count)} of an epoch.
     *
     * @param images (examples, H, W, C) bytes
     * @param presented (presentations) int32: the example of each presentation
     * @param first number of the first presentation
     * @param count number of views
     * @param epochIndex index of the epoch of the presentations, from 0
     */
    public void run(MemorySegment images, MemorySegment presented, long first, int count, int epochIndex) {
        for (int n = 0; n < count; n++) {
            int example = presented.getAtIndex(JAVA_INT, first + n);
            MemorySegment.copy(images, JAVA_BYTE, (long) example * source.length, source, 0, source.length);
            View view = augmentation.view(seed, epochIndex, example, height, width);
            for (int r = 0; r < height; r++) {
                fillRow(r, view);
                MemorySegment.copy(row, 0, views, JAVA_BYTE, ((long) n * height + r) * row.length, row.length);
            }
        }
    }

    private void fillRow(int r, View view) {
        int from = r + view.down();
        if (augmentation.border() == Border.REFLECT) {
            from = reflected(from, height);
        }
        boolean inside = from >= 0 && from < height;
        for (int column = 0; column < width; column++) {
            int fromColumn = (view.mirrored() ? width - 1 - column : column) + view.right();
            if (augmentation.border() == Border.REFLECT) {
                fromColumn = reflected(fromColumn, width);
            }
            boolean seen = inside && fromColumn >= 0 && fromColumn < width;
            int at = (from * width + fromColumn) * channels;
            for (int c = 0; c < channels; c++) {
                row[column * channels + c] = seen ? source[at + c] : 0;
            }
        }
        if (r >= view.coverTop() && r < view.coverTop() + augmentation.cutout()) {
            int left = Math.max(0, view.coverLeft());
            int right = Math.min(width, view.coverLeft() + augmentation.cutout());
            System.arraycopy(mean, left * channels, row, left * channels, (right - left) * channels);
        }
    }

    private static int reflected(int index, int size) {
        return index < 0 ? -index : index >= size ? 2 * (size - 1) - index : index;
    }

    /** Returns the views, (count, H, W, C) bytes. */
    public MemorySegment images() {
        return views;
    }

    /** Returns the order in which to read the views, (count) int32. */
    public MemorySegment order() {
        return order;
    }
}
