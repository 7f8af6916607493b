package dev.lethe.data;

import dev.lethe.data.picture.Picture;

/**
 * Triangle filter that resizes images: bilinear interpolation when enlarging, an average over all pixels when reducing
 * (as Pillow's {@code BILINEAR} and torchvision's {@code antialias=True}). Width and height are resized independently,
 * one after the other, each rounded to bytes.
 */
final class TriangleFilter {
    private final int[] first; // by output pixel: the first input pixel that it is made of
    private final float[][] weights; // and the weights from there on

    /** Computes the weights that resize a line of {@code from} pixels to {@code to}. */
    private TriangleFilter(int from, int to) {
        first = new int[to];
        weights = new float[to][];
        double scale = (double) from / to;
        double radius = Math.max(scale, 1);
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            first[i] = Math.max(0, (int) (centre - radius + 0.5));
            int end = Math.min(from, (int) (centre + radius + 0.5));
            float[] of = new float[end - first[i]];
            double sum = 0;
            for (int j = 0; j < of.length; j++) {
                of[j] = (float) Math.max(0, 1 - Math.abs(first[i] + j + 0.5 - centre) / radius);
                sum += of[j];
            }
            for (int j = 0; j < of.length; j++) {
                of[j] = (float) (of[j] / sum);
            }
            weights[i] = of;
        }
    }

    static Picture resized(Picture image, ImageSize size) {
        // first what leaves fewer pixels, so that a long narrow image does not grow beyond all bounds in between
        return (long) size.width() * image.height() <= (long) image.width() * size.height()
                ? withHeight(withWidth(image, size.width()), size.height())
                : withWidth(withHeight(image, size.height()), size.width());
    }

    /**
     * Resizes the short side and crops the centre.
     *
     * @throws IllegalArgumentException when the image is so narrow that it would have too many pixels
     */
    static Picture cropped(Picture image, ShortSideCrop to) {
        Picture whole = resized(image, to.resized(image.width(), image.height()));
        int bytes = to.crop() * whole.channels();
        byte[] samples = new byte[to.crop() * bytes];
        for (int y = 0; y < to.crop(); y++) {
            int from = ((to.first(whole.height()) + y) * whole.width() + to.first(whole.width())) * whole.channels();
            System.arraycopy(whole.samples(), from, samples, y * bytes, bytes);
        }
        return whole.withPixels(samples, to.crop(), to.crop());
    }

    private static Picture withWidth(Picture image, int width) {
        if (image.width() == width) {
            return image;
        }
        byte[] samples = new TriangleFilter(image.width(), width).apply(image.samples(), image.height(), image.width(),
                image.channels());
        return image.withPixels(samples, image.height(), width);
    }

    private static Picture withHeight(Picture image, int height) {
        if (image.height() == height) {
            return image;
        }
        // a whole row is to columns what a pixel's channels are to rows
        byte[] samples = new TriangleFilter(image.height(), height).apply(image.samples(), 1, image.height(),
                image.width() * image.channels());
        return image.withPixels(samples, height, image.width());
    }

    /** Resizes the middle extent: (lines, from, inner) becomes (lines, to, inner). */
    private byte[] apply(byte[] samples, int lines, int from, int inner) {
        int to = first.length;
        byte[] result = new byte[lines * to * inner];
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < to; i++) {
                for (int k = 0; k < inner; k++) {
                    float sum = 0.5f;
                    for (int j = 0; j < weights[i].length; j++) {
                        int at = (line * from + first[i] + j) * inner + k;
                        sum += weights[i][j] * Byte.toUnsignedInt(samples[at]);
                    }
                    result[(line * to + i) * inner + k] = (byte) Math.min(255, (int) sum);
                }
            }
        }
        return result;
    }
}
