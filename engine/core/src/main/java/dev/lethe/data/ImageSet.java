package dev.lethe.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Labelled images of one size. The memory is native, may be used by any thread, and is freed when nothing refers to it.
 * Immutable by convention: nobody writes to the memory after construction.
 *
 * @param pixels (examples, H, W, C) unsigned bytes
 * @param labels (examples) int32, from 0
 * @param examples number of images, at least 1
 * @param height rows of each image
 * @param width columns of each image
 * @param channels 1 for gray, 3 for colour
 * @param origins places that the images come from, for tables and reports
 */
public record ImageSet(MemorySegment pixels, MemorySegment labels, int examples, int height, int width, int channels,
        Origins origins) {
    private static final int ALIGNMENT = 64;

    /** Refuses impossible values by a sentence that names them. */
    public ImageSet {
        if (examples < 1 || height < 1 || width < 1 || channels < 1) {
            throw new DataSetException("images of examples=" + examples + ", height=" + height + ", width=" + width
                    + ", channels=" + channels + ": each must be at least 1");
        }
        if (pixels.byteSize() != (long) examples * height * width * channels) {
            throw new DataSetException("got bytes=" + pixels.byteSize() + " of pixels for examples=" + examples
                    + " of " + height + " x " + width + " x " + channels + ": give a byte for each value");
        }
        if (labels.byteSize() != (long) examples * Integer.BYTES) {
            throw new DataSetException(
                    "got labels=" + labels.byteSize() / Integer.BYTES + " for images=" + examples
                            + ": they must be as many");
        }
        if (origins.examples() != examples) {
            throw new DataSetException("got origins=" + origins.examples() + " for images=" + examples
                    + ": they must be as many");
        }
    }

    /**
     * Makes a set of images that come from no file and are called by their positions.
     *
     * @param pixels (examples, H, W, C) unsigned bytes
     * @param labels (examples) int32, from 0
     * @param examples number of images, at least 1
     * @param height rows of each image
     * @param width columns of each image
     * @param channels 1 for gray, 3 for colour
     */
    public ImageSet(MemorySegment pixels, MemorySegment labels, int examples, int height, int width, int channels) {
        this(pixels, labels, examples, height, width, channels, Origins.positions("", Math.max(examples, 0)));
    }

    /** Returns the shape of the pixels: (examples, H, W, C). */
    public Shape shape() {
        return Shape.of(examples, height, width, channels);
    }

    /**
     * Copies arrays into native memory.
     *
     * @param pixels (examples, height, width, channels) unsigned bytes
     * @param labels label of each example, from 0
     */
    public static ImageSet of(byte[] pixels, int[] labels, int height, int width, int channels) {
        MemorySegment memory = allocate(pixels.length);
        MemorySegment.copy(pixels, 0, memory, JAVA_BYTE, 0, pixels.length);
        return of(memory, labels, height, width, channels);
    }

    /** Makes a set of pixels that are in native memory and stay there; labels are copied. */
    static ImageSet of(MemorySegment pixels, int[] labels, int height, int width, int channels) {
        MemorySegment labelMemory = allocate((long) labels.length * Integer.BYTES);
        MemorySegment.copy(labels, 0, labelMemory, JAVA_INT, 0, labels.length);
        return new ImageSet(pixels, labelMemory, labels.length, height, width, channels);
    }

    /**
     * Allocates native memory that any thread may use and that is freed when nothing refers to it.
     *
     * @throws DataSetException when there is not enough memory
     */
    static MemorySegment allocate(long bytes) {
        try {
            return Arena.ofAuto().allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) { // the JVM counts such memory, and allows as much as the heap may have
            throw new DataSetException("a data set needs bytes=" + bytes + " of memory, which it cannot have: take "
                    + "fewer or smaller images, or allow more with LETHE_JAVA_OPTS=-XX:MaxDirectMemorySize=64g", e);
        }
    }

    /**
     * Returns the images with other labels.
     *
     * @param others label of each example, from 0
     */
    public ImageSet withLabels(int[] others) {
        return of(pixels, others, height, width, channels).withOrigins(origins);
    }

    /**
     * Returns the images with other places that they come from.
     *
     * @param others place of each example
     */
    public ImageSet withOrigins(Origins others) {
        return new ImageSet(pixels, labels, examples, height, width, channels, others);
    }

    /** Returns the images with these numbers, in this order; pixels are not copied if the numbers are consecutive. */
    ImageSet select(int[] chosen) {
        int[] chosenLabels = Arrays.stream(chosen).map(this::label).toArray();
        long bytes = (long) chosen.length * imageBytes();
        if (IntStream.range(1, chosen.length).allMatch(i -> chosen[i] == chosen[i - 1] + 1)) {
            return of(pixels.asSlice((long) chosen[0] * imageBytes(), bytes), chosenLabels, height, width, channels)
                    .withOrigins(origins.select(chosen));
        }
        MemorySegment memory = allocate(bytes);
        for (int i = 0; i < chosen.length; i++) {
            MemorySegment.copy(pixels, (long) chosen[i] * imageBytes(), memory, (long) i * imageBytes(), imageBytes());
        }
        return of(memory, chosenLabels, height, width, channels).withOrigins(origins.select(chosen));
    }

    /**
     * Puts the channels of each pixel of an image together.
     *
     * @param planes (channels, H, W)
     * @param interleaved receives (H, W, channels)
     */
    static void interleave(byte[] planes, int channels, byte[] interleaved) {
        int plane = planes.length / channels;
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int channel = 0; channel < channels; channel++) {
                interleaved[pixel * channels + channel] = planes[channel * plane + pixel];
            }
        }
    }

    /** Returns the number of bytes of an image. */
    public int imageBytes() {
        return height * width * channels;
    }

    /**
     * Returns the label of an example.
     *
     * @throws IndexOutOfBoundsException when there is no such example
     */
    public int label(int example) {
        requireExample(example);
        return labels.getAtIndex(JAVA_INT, example);
    }

    private void requireExample(int example) {
        if (example < 0 || example >= examples) {
            throw new IndexOutOfBoundsException("example=" + example + " is not in [0, " + examples
                    + "): ids are positions in the set of images");
        }
    }

    /**
     * Returns the pixels of an image: (H, W, C) unsigned bytes.
     *
     * @throws IndexOutOfBoundsException when there is no such example
     */
    public byte[] image(int example) {
        requireExample(example);
        return pixels.asSlice((long) example * imageBytes(), imageBytes()).toArray(JAVA_BYTE);
    }
}
