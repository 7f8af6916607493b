package dev.lethe.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options of reading a data set, beside its name or folder. Immutable; {@link #NONE} is where others begin. */
public final class DataOptions {
    /** The data set as it is. */
    public static final DataOptions NONE = new DataOptions(ImageOptions.NONE, null, false);
    /** Name of {@link #labels} in {@link #asMap}, where it is a path. */
    public static final String LABELS = "labels";
    private static final String RESIZE = "resize";
    private static final String ORIENTATION = "orientation";
    private static final String STORED = "stored";
    private static final String BACKGROUND = "background";
    private static final String LEVELS = "levels";
    private static final String TEST_SHARE = "test_share";
    private static final String SPLIT_SEED = "split_seed";
    private static final String SKIP_BAD = "skip_bad";

    private final ImageOptions images;
    private final @Nullable Path labels; // null for those of the data set
    private final boolean strict;

    private DataOptions(ImageOptions images, @Nullable Path labels, boolean strict) {
        this.images = Objects.requireNonNull(images, "images");
        this.labels = labels;
        this.strict = strict;
    }

    /** Returns the options of a folder of images. */
    public ImageOptions images() {
        return images;
    }

    /** Returns a file of training labels to use instead of the data set's, see {@link TrainLabels}; or empty. */
    public Optional<Path> labels() {
        return Optional.ofNullable(labels);
    }

    /** Returns options with other ones for a folder of images. */
    public DataOptions withImages(ImageOptions other) {
        return new DataOptions(other, labels, strict);
    }

    /** Returns options with training labels from a file. */
    public DataOptions withLabels(Path file) {
        return new DataOptions(images, Objects.requireNonNull(file, "labels"), strict);
    }

    /** Tells whether a data set is refused of which anything is passed over, converted or guessed. */
    public boolean strict() {
        return strict;
    }

    /**
     * Returns options by which a data set is refused of which anything is passed over, converted or guessed. A data set
     * that is read is the same as without.
     */
    public DataOptions withStrict() {
        return new DataOptions(images, labels, true);
    }

    /** Returns what was chosen, but for strictness, by the names of options with {@code _} for {@code -}. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        images.size().ifPresent(size -> map.put(RESIZE, size.width() + "x" + size.height()));
        images.crop().ifPresent(crop -> map.put(RESIZE, crop.toString()));
        if (images.storedOrientation()) {
            map.put(ORIENTATION, STORED);
        }
        if (!images.background().equals(ImageOptions.NONE.background())) {
            map.put(BACKGROUND, images.background().toString());
        }
        images.levels().ifPresent(levels -> map.put(LEVELS, levels.toString()));
        images.testShare().ifPresent(share -> {
            map.put(TEST_SHARE, share);
            map.put(SPLIT_SEED, images.seed());
        });
        if (images.skipBad()) {
            map.put(SKIP_BAD, true);
        }
        labels().ifPresent(file -> map.put(LABELS, file.toString()));
        return map;
    }

    /**
     * Reads the options that {@link #asMap} wrote; other keys are passed over.
     *
     * @throws IllegalArgumentException when a value is of another kind
     */
    public static DataOptions of(Map<?, ?> map) {
        ImageOptions images = ImageOptions.NONE;
        Optional<String> size = value(map, RESIZE, String.class);
        if (size.isPresent()) {
            images = images.resized(size.get());
        }
        Optional<String> orientation = value(map, ORIENTATION, String.class);
        if (orientation.isPresent()) {
            if (!orientation.get().equals(STORED)) {
                throw new IllegalArgumentException(
                        ORIENTATION + "=" + orientation.get() + " where " + STORED + " is needed: it was altered");
            }
            images = images.withStoredOrientation();
        }
        Optional<String> background = value(map, BACKGROUND, String.class);
        if (background.isPresent()) {
            images = images.withBackground(Colour.parse(background.get()));
        }
        Optional<String> levels = value(map, LEVELS, String.class);
        if (levels.isPresent()) {
            images = images.withLevels(SampleLevels.parse(levels.get()));
        }
        Optional<Number> share = value(map, TEST_SHARE, Number.class);
        long seed = value(map, SPLIT_SEED, Number.class).map(Number::longValue).orElse(0L);
        if (share.isPresent()) {
            images = images.withTestShare(share.get().doubleValue(), seed);
        }
        if (value(map, SKIP_BAD, Boolean.class).orElse(false)) {
            images = images.withSkipBad();
        }
        DataOptions options = NONE.withImages(images);
        return value(map, LABELS, String.class).map(Path::of).map(options::withLabels).orElse(options);
    }

    private static <T> Optional<T> value(Map<?, ?> map, String key, Class<T> type) {
        Object value = map.get(key);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException(
                    key + "=" + value + " where a " + type.getSimpleName() + " is needed: it was altered");
        }
        return Optional.ofNullable(value).map(type::cast);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DataOptions options && images.equals(options.images)
                && Objects.equals(labels, options.labels) && strict == options.strict;
    }

    @Override
    public int hashCode() {
        return Objects.hash(images, labels, strict);
    }

    @Override
    public String toString() {
        return images + ", labels=" + labels + (strict ? ", strict" : "");
    }
}
