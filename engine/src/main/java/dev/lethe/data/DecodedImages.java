package dev.lethe.data;

import dev.lethe.data.ImageFolder.ImageFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The pixels of many files, all of one size.
 *
 * @param pixels (files, height, width, channels) unsigned bytes, in native memory; of a skipped file zeros
 * @param files how many
 * @param height rows of an image
 * @param width columns of an image
 * @param channels 1 where all files are gray, else 3
 * @param skipped those that cannot be decoded, in order
 */
record DecodedImages(MemorySegment pixels, int files, int height, int width, int channels, List<Skipped> skipped) {
    private static final int COLOUR = 3;

    DecodedImages {
        skipped = List.copyOf(skipped);
    }

    /**
     * A file that cannot be decoded.
     *
     * @param file its number
     * @param reason why
     */
    record Skipped(int file, String reason) {}

    int imageBytes() {
        return height * width * channels;
    }

    /**
     * Decodes on all cores; the result and the failure reported do not depend on their number.
     *
     * @throws DataSetException for the first file that cannot be decoded or has another size than the first
     */
    static DecodedImages decode(List<ImageFile> files, ImageOptions options) {
        for (ImageFile file : files) {
            try {
                DecodedImage image = read(file.path(), options);
                DecodedImages decoded = new Decoding(files, options, file.path(), image).run(image.channels());
                // gray so far, but a later image has colours
                return decoded == null ? new Decoding(files, options, file.path(), image).run(COLOUR) : decoded;
            } catch (IOException e) {
                if (!options.skipBad()) {
                    throw undecodable(file.path(), e);
                }
            }
        }
        throw new DataSetException("none of the " + files.size() + " images can be decoded, the first is "
                + files.getFirst().path() + ": give PNG or JPEG files");
    }

    private static DecodedImage read(Path file, ImageOptions options) throws IOException {
        DecodedImage image = DecodedImage.read(file);
        return options.size().isPresent() ? TriangleFilter.resized(image, options.size().get()) : image;
    }

    private static DataSetException undecodable(Path file, IOException cause) {
        return new DataSetException("image " + file + " cannot be decoded, " + reason(cause)
                + ": replace or delete it, or pass over such images with --skip-bad", cause);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** One pass over all files, which must have the size of the first. */
    private static final class Decoding {
        private final List<ImageFile> files;
        private final ImageOptions options;
        private final Path firstPath;
        private final DecodedImage first;
        private final IOException[] undecodable;
        private final ImageSize[] otherSize;
        private final AtomicInteger firstFailure = new AtomicInteger(Integer.MAX_VALUE);
        private final AtomicBoolean colourful = new AtomicBoolean();

        Decoding(List<ImageFile> files, ImageOptions options, Path firstPath, DecodedImage first) {
            this.files = files;
            this.options = options;
            this.firstPath = firstPath;
            this.first = first;
            undecodable = new IOException[files.size()];
            otherSize = new ImageSize[files.size()];
        }

        /** Null when there are images of more channels. */
        DecodedImages run(int channels) {
            int imageBytes = first.height() * first.width() * channels;
            MemorySegment pixels = ImageSet.allocate((long) files.size() * imageBytes);
            IntStream.range(0, files.size()).parallel().filter(i -> i < firstFailure.get() && !colourful.get())
                    .forEach(i -> decode(i, channels, pixels.asSlice((long) i * imageBytes, imageBytes)));
            if (colourful.get()) {
                return null;
            }
            if (firstFailure.get() < files.size()) {
                throw failure(firstFailure.get());
            }
            List<Skipped> skipped = new ArrayList<>();
            for (int i = 0; i < undecodable.length; i++) {
                if (undecodable[i] != null) {
                    skipped.add(new Skipped(i, reason(undecodable[i])));
                }
            }
            return new DecodedImages(pixels, files.size(), first.height(), first.width(), channels, skipped);
        }

        private void decode(int i, int channels, MemorySegment into) {
            try {
                DecodedImage image = read(files.get(i).path(), options);
                if (image.height() != first.height() || image.width() != first.width()) {
                    otherSize[i] = image.size();
                    firstFailure.accumulateAndGet(i, Math::min);
                } else if (image.channels() > channels) {
                    colourful.set(true);
                } else {
                    byte[] samples = image.withChannels(channels).samples();
                    MemorySegment.copy(samples, 0, into, ValueLayout.JAVA_BYTE, 0, samples.length);
                }
            } catch (IOException e) {
                undecodable[i] = e;
                if (!options.skipBad()) {
                    firstFailure.accumulateAndGet(i, Math::min);
                }
            }
        }

        private DataSetException failure(int i) {
            Path path = files.get(i).path();
            return Optional.ofNullable(undecodable[i]).map(cause -> undecodable(path, cause))
                    .orElseGet(() -> new DataSetException("images differ in size, " + firstPath + " is " + first.size()
                            + " and " + path + " is " + otherSize[i]
                            + " (width x height): give one size to resize all to with --resize"));
        }
    }
}
