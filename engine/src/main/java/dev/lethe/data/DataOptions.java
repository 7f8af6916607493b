package dev.lethe.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a data set is read, beside where it is.
 *
 * @param images for a folder of images
 * @param labels a file of training labels to use instead of those that the data set has; see {@link TrainLabels}
 */
public record DataOptions(ImageOptions images, Optional<Path> labels) {
    /** The data set as it is. */
    public static final DataOptions NONE = new DataOptions(ImageOptions.NONE, Optional.empty());
    /** Name of {@link #labels} in {@link #asMap}, where it is a path. */
    public static final String LABELS = "labels";
    private static final String RESIZE = "resize";
    private static final String TEST_SHARE = "test_share";
    private static final String SPLIT_SEED = "split_seed";
    private static final String SKIP_BAD = "skip_bad";

    /** With other training labels. */
    public DataOptions withLabels(Path file) {
        return new DataOptions(images, Optional.of(file));
    }

    /** What was chosen, by the names of the command line's options with {@code _} for {@code -}. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        images.size().ifPresent(size -> map.put(RESIZE, size.width() + "x" + size.height()));
        images.testShare().ifPresent(share -> {
            map.put(TEST_SHARE, share);
            map.put(SPLIT_SEED, images.seed());
        });
        if (images.skipBad()) {
            map.put(SKIP_BAD, true);
        }
        labels.ifPresent(file -> map.put(LABELS, file.toString()));
        return map;
    }

    /**
     * The options that {@link #asMap} wrote; other keys are passed over.
     *
     * @throws IllegalArgumentException when a value is of another kind
     */
    public static DataOptions of(Map<?, ?> map) {
        Optional<ImageSize> size = value(map, RESIZE, String.class).map(ImageSize::parse);
        Optional<Double> share = value(map, TEST_SHARE, Number.class).map(Number::doubleValue);
        long seed = value(map, SPLIT_SEED, Number.class).map(Number::longValue).orElse(0L);
        boolean skipBad = value(map, SKIP_BAD, Boolean.class).orElse(false);
        return new DataOptions(new ImageOptions(size, share, seed, skipBad),
                value(map, LABELS, String.class).map(Path::of));
    }

    private static <T> Optional<T> value(Map<?, ?> map, String key, Class<T> type) {
        Object value = map.get(key);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException(
                    key + "=" + value + " where a " + type.getSimpleName() + " is needed: it was altered");
        }
        return Optional.ofNullable(value).map(type::cast);
    }
}
