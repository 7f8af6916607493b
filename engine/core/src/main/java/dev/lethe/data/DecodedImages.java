package dev.lethe.data;

import dev.lethe.data.DecodingNotes.Skipped;
import dev.lethe.data.ImageFolder.ImageFile;
import dev.lethe.data.picture.Picture;
import dev.lethe.data.picture.PictureOptions;
import dev.lethe.data.picture.Trait;
import dev.lethe.data.picture.UndecodableException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
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
 * @param notes what is to be said of them
 */
record DecodedImages(MemorySegment pixels, int files, int height, int width, int channels, DecodingNotes notes) {
    private static final int COLOUR = 3;
    private static final int HALF = 0x7FFF; // the highest value of 15 bits
    private static final long MOST_FILE_BYTES = 1 << 30; // an array holds twice as much

    /**
     * Decodes files on all cores; neither the result nor the failure that is reported depends on their number.
     *
     * @param trainFiles number of files for training, which are the first
     * @throws DataSetException for the first file that cannot be read or decoded, or has another size than the first
     */
    static DecodedImages decode(List<ImageFile> files, int trainFiles, ImageOptions options) {
        for (ImageFile file : files) {
            try {
                Picture image = read(file, options, options.picture());
                // gray so far, but a later image may have colours
                return new Decoding(files, trainFiles, options, file.path(), image, image.channels()).run()
                        .or(new Decoding(files, trainFiles, options, file.path(), image, COLOUR)::run).orElseThrow();
            } catch (UndecodableException e) {
                if (!options.skipBad()) {
                    throw undecodable(file.path(), e.reason(), e);
                }
            }
        }
        throw new DataSetException("none of the " + files.size() + " images can be decoded, the first is "
                + files.getFirst().path() + ": give PNG, JPEG, GIF, BMP, TIFF or WebP files");
    }

    /** Verifies that no image was skipped, as images from the cache may have been. */
    void requireNoneSkipped(List<ImageFile> of) {
        if (!notes.skipped().isEmpty()) {
            Skipped first = notes.skipped().getFirst();
            throw undecodable(of.get(first.file()).path(), first.reason(), null);
        }
    }

    private static Picture read(ImageFile file, ImageOptions options, PictureOptions decoding)
            throws UndecodableException {
        if (file.bytes() > MOST_FILE_BYTES) {
            throw UndecodableException.tooLong(file.bytes(), MOST_FILE_BYTES);
        }
        byte[] content;
        try {
            content = Files.readAllBytes(file.path());
        } catch (IOException e) {
            throw DataSetException.unreadable("image " + file.path(), e);
        }
        Picture image = Picture.decode(content, decoding);
        if (options.crop().isPresent()) {
            try {
                return TriangleFilter.cropped(image, options.crop().get());
            } catch (IllegalArgumentException e) {
                throw UndecodableException.tooNarrow(image, options.crop().get().side(), e);
            }
        }
        return options.size().isPresent() ? TriangleFilter.resized(image, options.size().get()) : image;
    }

    private static DataSetException undecodable(Path file, String reason, @Nullable UndecodableException cause) {
        return new DataSetException("image " + file + " cannot be decoded, " + reason
                + ": replace or delete it, or skip bad images", cause);
    }

    /** One pass over all files, which must have the size of the first. */
    private static final class Decoding {
        private final List<ImageFile> files;
        private final int trainFiles;
        private final ImageOptions options;
        private final Path firstPath;
        private final Picture first;
        private final int channels;
        private final int imageBytes;
        private final MemorySegment pixels;
        private final NavigableMap<Integer, DataSetException> failures = new ConcurrentSkipListMap<>();
        private final NavigableMap<Integer, Skipped> skipped = new ConcurrentSkipListMap<>();
        private final Map<Trait, NavigableSet<Integer>> traits = new EnumMap<>(Trait.class);
        private final AtomicInteger lowest = new AtomicInteger(PictureOptions.MOST);
        private final AtomicInteger highest = new AtomicInteger();
        private volatile boolean colourful;

        Decoding(List<ImageFile> files, int trainFiles, ImageOptions options, Path firstPath, Picture first,
                int channels) {
            this.files = files;
            this.trainFiles = trainFiles;
            this.options = options;
            this.firstPath = firstPath;
            this.first = first;
            this.channels = channels;
            this.imageBytes = first.height() * first.width() * channels;
            this.pixels = ImageSet.allocate((long) files.size() * imageBytes);
            for (Trait trait : Trait.values()) {
                traits.put(trait, new ConcurrentSkipListSet<>());
            }
        }

        /** Decodes all files; returns none if some have more channels than the first. */
        Optional<DecodedImages> run() {
            run(IntStream.range(0, files.size()), options.picture());
            if (colourful) {
                return Optional.empty();
            }
            Optional<SampleLevels> levels = levels();
            levels.ifPresent(range -> run(deep().stream().mapToInt(Integer::intValue),
                    options.picture().withGrayLevels(range.lowest(), range.highest())));
            Map<Trait, List<Integer>> found = new EnumMap<>(Trait.class);
            traits.forEach((trait, of) -> found.put(trait, List.copyOf(of)));
            return Optional.of(new DecodedImages(pixels, files.size(), first.height(), first.width(), channels,
                    new DecodingNotes(List.copyOf(skipped.values()), found, levels)));
        }

        private void run(IntStream which, PictureOptions decoding) {
            which.parallel().filter(this::isWanted).forEach(i -> decode(i, decoding));
            if (!colourful && !failures.isEmpty()) {
                throw failures.firstEntry().getValue();
            }
        }

        private NavigableSet<Integer> deep() {
            return traits.getOrDefault(Trait.DEEP, Collections.emptyNavigableSet());
        }

        /** Returns the range of gray training images of 16 bits, if it needs fewer and none was chosen. */
        private Optional<SampleLevels> levels() {
            return options.levels().isPresent() || lowest.get() >= highest.get() || highest.get() > HALF
                    ? Optional.empty()
                    : Optional.of(new SampleLevels(lowest.get(), highest.get()));
        }

        /**
         * Tells whether image {@code i} must still be decoded: after a failure, only images before it can change which
         * failure is reported.
         */
        private boolean isWanted(int i) {
            var failure = failures.firstEntry();
            return !colourful && (failure == null || i < failure.getKey());
        }

        private void decode(int i, PictureOptions decoding) {
            Path path = files.get(i).path();
            try {
                Picture image = read(files.get(i), options, decoding);
                if (image.height() != first.height() || image.width() != first.width()) {
                    failures.put(i, new DataSetException("images differ in size, " + firstPath + " is "
                            + sizeOf(first) + " and " + path + " is " + sizeOf(image)
                            + " (width x height): give one size to resize all to"));
                } else if (image.channels() > channels) {
                    colourful = true;
                } else {
                    note(i, image);
                    byte[] samples = image.withChannels(channels).samples();
                    MemorySegment.copy(samples, 0, pixels, ValueLayout.JAVA_BYTE, (long) i * imageBytes, imageBytes);
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

        private static ImageSize sizeOf(Picture picture) {
            return new ImageSize(picture.width(), picture.height());
        }

        private void note(int i, Picture image) {
            traits.forEach((trait, of) -> {
                if (image.traits().contains(trait)) {
                    of.add(i);
                }
            });
            if (i < trainFiles && image.channels() == 1 && image.traits().contains(Trait.DEEP)) {
                lowest.accumulateAndGet(image.lowest(), Math::min);
                highest.accumulateAndGet(image.highest(), Math::max);
            }
        }
    }
}
