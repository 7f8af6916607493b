package dev.lethe.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lethe.tracker.interchange.ElementType;
import dev.lethe.tracker.interchange.NpyFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * Images in an array: (examples, height, width), (examples, height, width, channels) or (examples, channels, height,
 * width) with 1 or 3 channels, or the rows of square gray ones, (examples, height x width).
 *
 * @param array the array
 * @param examples number of images
 * @param height rows of each
 * @param width columns of each
 * @param channels 1 or 3
 * @param planes whether the channels come before height and width
 */
record ArrayImages(NpyFile array, int examples, int height, int width, int channels, boolean planes) {
    private static final int COLOURS = 3;
    private static final int FLAT_RANK = 2;
    private static final int GRAY_RANK = 3;
    private static final int COLOUR_RANK = 4;
    private static final long MOST_PIXELS = Integer.MAX_VALUE / COLOURS; // of an image

    /**
     * Recognises the axes of an array.
     *
     * @param labels number of labels of the images
     * @param notices receives a sentence where axes were put in another order, or found in flat rows
     * @throws DataSetException when it has no images, or there are several ways to see them
     */
    static ArrayImages of(NpyFile array, int labels, Consumer<String> notices) {
        List<Long> lengths = array.shape().dimensions();
        boolean sized = lengths.size() >= FLAT_RANK
                && lengths.stream().allMatch(length -> length >= 1 && length <= Integer.MAX_VALUE)
                && array.shape().elements() / lengths.getFirst() <= MOST_PIXELS;
        if (!sized || array.hasTexts()) {
            throw noImages(array, "");
        }
        int[] extents = lengths.stream().mapToInt(Long::intValue).toArray();
        return switch (extents.length) {
            case FLAT_RANK -> flat(array, extents, notices);
            case GRAY_RANK -> new ArrayImages(array, extents[0], extents[1], extents[2], 1, false);
            default -> colour(array, extents, labels, notices);
        };
    }

    private static DataSetException noImages(NpyFile array, String remedy) {
        return new DataSetException(
                array.name() + " is an " + array + ": images are arrays (examples, height, width) or "
                        + "(examples, height, width, channels) with 1 or 3 channels" + remedy);
    }

    private static ArrayImages flat(NpyFile array, int[] extents, Consumer<String> notices) {
        int side = (int) Math.sqrt(extents[1]);
        if (side * side != extents[1] || side == 1) {
            int colourSide = (int) Math.sqrt(extents[1] / (double) COLOURS);
            throw noImages(array, colourSide * colourSide * COLOURS == extents[1]
                    ? ": save a.reshape(-1, 3, %1$d, %1$d) if red, green and blue follow each other, as in CIFAR, or "
                            .concat("a.reshape(-1, %1$d, %1$d, 3)").formatted(colourSide)
                    : ": save a.reshape(-1, height, width)");
        }
        notices.accept(
                array.name() + " has rows of " + extents[1] + " numbers, which are taken for gray images of " + side
                        + " x " + side);
        return new ArrayImages(array, extents[0], side, side, 1, false);
    }

    private static ArrayImages colour(NpyFile array, int[] extents, int labels, Consumer<String> notices) {
        boolean last = isChannels(extents[COLOUR_RANK - 1]);
        boolean first = isChannels(extents[1]);
        boolean alike = extents[1] == extents[2] && extents[2] == extents[COLOUR_RANK - 1] && extents[1] == 1;
        if (last && first && !alike) {
            throw new DataSetException(
                    array.name() + " is an " + array + ", whose channels may be axis 1 or axis 3: save "
                            + "images of other sizes, or without an axis of 1, as in a.squeeze()");
        }
        if (last) {
            return new ArrayImages(array, extents[0], extents[1], extents[2], extents[COLOUR_RANK - 1], false);
        }
        if (first) {
            notices.accept(
                    array.name() + " has the axes (examples, channels, height, width), which are read as (examples, "
                            + "height, width, channels)");
            return new ArrayImages(array, extents[0], extents[2], extents[COLOUR_RANK - 1], extents[1], true);
        }
        boolean examplesLast = extents[COLOUR_RANK - 1] == labels && isChannels(extents[2]);
        throw noImages(array, examplesLast
                ? ": save a.transpose(3, 0, 1, 2)"
                : extents[COLOUR_RANK - 1] == COLOURS + 1
                        ? ": save a[..., :3] to leave out the transparency"
                        : extents[1] == COLOURS + 1 ? ": save a[:, :3] to leave out the transparency" : "");
    }

    private static boolean isChannels(int extent) {
        return extent == 1 || extent == COLOURS;
    }

    /** Tells whether the values are pixels as they are. */
    boolean areBytes() {
        return array.type() == ElementType.UINT8;
    }

    /**
     * Reads the pixels.
     *
     * @param scale factor of the values
     * @return (examples, height, width, channels) unsigned bytes
     */
    MemorySegment pixels(PixelScale scale) throws IOException {
        MemorySegment pixels = ImageSet.allocate(array.shape().elements());
        if (areBytes()) {
            array.readInto(pixels);
        } else {
            array.forEach((index, value) -> pixels.set(JAVA_BYTE, index, scale.pixel(value)));
        }
        if (planes && channels > 1) {
            interleave(pixels);
        }
        return pixels;
    }

    /** Puts the channels of each pixel together, image after image, so that no second array is needed. */
    private void interleave(MemorySegment pixels) {
        byte[] image = new byte[height * width * channels];
        byte[] interleaved = new byte[image.length];
        for (long at = 0; at < pixels.byteSize(); at += image.length) {
            MemorySegment.copy(pixels, JAVA_BYTE, at, image, 0, image.length);
            ImageSet.interleave(image, channels, interleaved);
            MemorySegment.copy(interleaved, 0, pixels, JAVA_BYTE, at, image.length);
        }
    }
}
