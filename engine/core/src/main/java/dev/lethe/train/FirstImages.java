package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.model.ImageSample;
import java.lang.foreign.ValueLayout;

/** Sample of the first training images, normalised, for initial values that depend on images. */
final class FirstImages {
    private static final int EXAMPLES = 5000; // as in airbench94
    private static final int MOST_PIXELS = EXAMPLES * 32 * 32 * 3; // so that large images do not fill the heap

    private FirstImages() {}

    static ImageSample of(DataSet data) {
        ImageSet images = data.train();
        int count = Math.clamp(MOST_PIXELS / images.imageBytes(), 1, Math.min(EXAMPLES, images.examples()));
        Shape shape = Shape.of(count, images.height(), images.width(), images.channels());
        float[] pixels = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < pixels.length; i++) {
            int channel = i % images.channels();
            pixels[i] = Byte.toUnsignedInt(images.pixels().get(ValueLayout.JAVA_BYTE, i))
                    * data.normalization().scale(channel) + data.normalization().shift(channel);
        }
        return new ImageSample(pixels, shape);
    }
}
