package dev.lethe.data;

import dev.lethe.data.DecodedImage.UndecodableException;
import dev.lethe.data.ImageFolder.ImageFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pixels of many image files, all of one size.
 *
 * @param pixels (files, height, width, channels) unsigned bytes, in native memory; zeros for a skipped file
 * @param files number of files
 * @param height rows of each image
 * @param width columns of each image
 * @param channels 1 if all files are gray, else 3
 * @param skipped files that cannot be decoded, in order
 */
record DecodedImages(MemorySegment pixels, int files, int height, int width, int channels, List<Skipped> skipped) {
    private static final int COLOUR = 3;
    private static final long MOST_FILE_BYTES = 1 << 30; // an array holds twice as much

    DecodedImages {
        skipped = List.copyOf(skipped);
    }

    /**
     * A file that cannot be decoded.
     *
     * @param file number of the file
     * @param reason reason why it cannot be decoded
     */
    record Skipped(int file, String reason) {}

    /**
     * Decodes files on all cores; neither the result nor the failure that is reported depends on their number.
     *
     * @throws DataSetException for the first file that cannot be read or decoded, or has another size than the first
     */
    static DecodedImages decode(List<ImageFile> files, ImageOptions options) {
        for (ImageFile file : files) {
            try {
                DecodedImage image = read(file, options);
                // gray so far, but a later image may have colours
                return new Decoding(files, options, file.path(), image, image.channels()).run()
                        .or(new Decoding(files, options, file.path(), image, COLOUR)::run).orElseThrow();
            } catch (UndecodableException e) {
                if (!options.skipBad()) {
                    throw undecodable(file.path(), e.reason(), e);
                }
            }
        }
        throw new DataSetException("none of the " + files.size() + " images can be decoded, the first is "
                + files.getFirst().path() + ": give PNG or JPEG files");
    }

    /** Verifies that no image was skipped, as images from the cache may have been. */
    void requireNoneSkipped(List<ImageFile> of) {
        if (!skipped.isEmpty()) {
            throw undecodable(of.get(skipped.getFirst().file()).path(), skipped.getFirst().reason(), null);
        }
    }

    private static DecodedImage read(ImageFile file, ImageOptions options) throws UndecodableException {
        if (file.bytes() > MOST_FILE_BYTES) {
            throw new UndecodableException("it has bytes=" + file.bytes() + ", more than " + MOST_FILE_BYTES);
        }
        byte[] content;
        try {
            content = Files.readAllBytes(file.path());
        } catch (IOException e) {
            throw DataSetException.unreadable("image " + file.path(), e);
        }
        DecodedImage image = DecodedImage.decode(content);
        return options.size().isPresent() ? TriangleFilter.resized(image, options.size().get()) : image;
    }

    private static DataSetException undecodable(Path file, String reason, @Nullable UndecodableException cause) {
        return new DataSetException("image " + file + " cannot be decoded, " + reason
                + ": replace or delete it, or skip bad images", cause);
    }

    /** One pass over all files, which must have the size of the first. */
    private static final class Decoding {
        private final List<ImageFile> files;
        private final ImageOptions options;
        private final Path firstPath;
        private final DecodedImage first;
        private final int channels;
        private final NavigableMap<Integer, DataSetException> failures = new ConcurrentSkipListMap<>();
        private final NavigableMap<Integer, Skipped> skipped = new ConcurrentSkipListMap<>();
        private volatile boolean colourful;

        Decoding(List<ImageFile> files, ImageOptions options, Path firstPath, DecodedImage first, int channels) {
            this.files = files;
            this.options = options;
            this.firstPath = firstPath;
            this.first = first;
            this.channels = channels;
        }

        /** Decodes all files; returns none if some have more channels than the first. */
        Optional<DecodedImages> run() {
            int imageBytes = first.height() * first.width() * channels;
            MemorySegment pixels = ImageSet.allocate((long) files.size() * imageBytes);
            IntStream.range(0, files.size()).parallel().filter(this::isWanted)
                    .forEach(i -> decode(i, pixels.asSlice((long) i * imageBytes, imageBytes)));
            if (colourful) {
                return Optional.empty();
            }
            if (!failures.isEmpty()) {
                throw failures.firstEntry().getValue();
            }
            return Optional.of(new DecodedImages(pixels, files.size(), first.height(), first.width(), channels,
                    List.copyOf(skipped.values())));
        }

        /**
         * Tells whether image {@code i} must still be decoded: after a failure, only images before it can change which
         * failure is reported.
         */
        private boolean isWanted(int i) {
            var failure = failures.firstEntry();
            return !colourful && (failure == null || i < failure.getKey());
        }

        private void decode(int i, MemorySegment into) {
            Path path = files.get(i).path();
            try {
                DecodedImage image = read(files.get(i), options);
                if (image.height() != first.height() || image.width() != first.width()) {
                    failures.put(i, new DataSetException("images differ in size, " + firstPath + " is " + first.size()
                            + " and " + path + " is " + image.size()
                            + " (width x height): give one size to resize all to"));
                } else if (image.channels() > channels) {
                    colourful = true;
                } else {
                    byte[] samples = image.withChannels(channels).samples();
                    MemorySegment.copy(samples, 0, into, ValueLayout.JAVA_BYTE, 0, samples.length);
                }
            } catch (UndecodableException e) {
                if (options.skipBad()) {
                    skipped.put(i, new Skipped(i, e.reason()));
                } else {
                    failures.put(i, undecodable(path, e.reason(), e));
                }
            } catch (DataSetException e) {
                failures.put(i, e);
            }
        }
    }
}
