package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Augmentation.View;
import dev.lethe.kernels.op.GatherImages;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Images of a batch, or views of them, normalised: {@code y[n,row,column,c] = (pixel / 255 - mean[c]) / std[c]}, in
 * which {@code pixel} is
 *
 * <pre>
 * images[e,row,column,c]                      without a view, e = order[position + n]
 * round(255 * mean[c])                        where the view covers (row, column)
 * images[e,row + down,column' + right,c]      elsewhere, column' = mirrored ? W - 1 - column : column
 * </pre>
 *
 * An index outside of the image gives the pixel 0 (border {@code BLACK}), or is mirrored at the outermost pixel,
 * {@code -i} for {@code i < 0} and {@code 2 * (size - 1) - i} for {@code i >= size} (border {@code REFLECT}). Shapes:
 * images (examples, H, W, C) unsigned bytes, order (presentations), mean and std (C), y (N, H, W, C). There is no
 * backward pass: images are not trained.
 */
final class ReferenceGather {
    private ReferenceGather() {}

    /**
     * Gathers and normalises the images of a batch.
     *
     * @param position row of the order at which the batch begins
     */
    static void run(ReferenceProgram program, GatherImages op, int position) {
        MemorySegment images = program.memory(op.images()); // (examples, H, W, C), bytes
        MemorySegment order = program.memory(op.order()); // (presentations), example ids
        double[] output = program.values(op.output()); // (N, H, W, C)
        int pixels = Math.toIntExact(op.output().shape().elementsPerExample());
        int channels = op.normalization().channels();
        for (int n = 0; n < op.output().shape().dim(0); n++) {
            int example = order.getAtIndex(JAVA_INT, position + n);
            Optional<View> view = op.views().map(v -> v.augmentation().view(v.seed(),
                    program.memory(v.epoch()).getAtIndex(JAVA_INT, 0), example, op.output().shape().dim(1),
                    op.output().shape().dim(2)));
            for (int i = 0; i < pixels; i++) {
                int channel = i % channels;
                double pixel = view.isPresent()
                        ? pixel(op, images, (long) example * pixels, view.get(), i)
                        : Byte.toUnsignedInt(images.get(JAVA_BYTE, (long) example * pixels + i));
                output[n * pixels + i] = (pixel / 255.0 - op.normalization().mean().get(channel))
                        / op.normalization().std().get(channel);
            }
        }
    }

    /**
     * Returns the pixel, 0 to 255, that a view shows.
     *
     * @param image offset of the image in the images, in bytes
     * @param i index of the pixel in the view, (H, W, C) row-major
     */
    private static int pixel(GatherImages op, MemorySegment images, long image, View view, int i) {
        Augmentation augmentation = op.views().orElseThrow().augmentation();
        int height = op.output().shape().dim(1);
        int width = op.output().shape().dim(2);
        int channels = op.output().shape().dim(3);
        int channel = i % channels;
        int column = i / channels % width;
        int row = i / channels / width;
        boolean covered = row >= view.coverTop() && row < view.coverTop() + augmentation.cutout()
                && column >= view.coverLeft() && column < view.coverLeft() + augmentation.cutout();
        if (covered) {
            return Byte.toUnsignedInt(op.normalization().meanPixel(channel));
        }
        int fromRow = row + view.down();
        int fromColumn = (view.mirrored() ? width - 1 - column : column) + view.right();
        if (augmentation.border() == Augmentation.Border.REFLECT) {
            fromRow = reflected(fromRow, height);
            fromColumn = reflected(fromColumn, width);
        }
        return fromRow < 0 || fromRow >= height || fromColumn < 0 || fromColumn >= width
                ? 0
                : Byte.toUnsignedInt(
                        images.get(JAVA_BYTE, image + (fromRow * width + fromColumn) * channels + channel));
    }

    /** Returns the index mirrored into [0, size): {@code -i} below, {@code 2 * (size - 1) - i} above. */
    private static int reflected(int index, int size) {
        return index < 0 ? -index : index >= size ? 2 * (size - 1) - index : index;
    }
}
