package dev.lethe.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Role of an array in a data set, told by its name: {@code x_train}, {@code train_images}, {@code valLabels}, {@code
 * y}.
 *
 * @param part part of the data set
 * @param labels whether it has labels, instead of images
 */
record ArrayRole(Part part, boolean labels) {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[_\\-. ]+|(?<=[a-z])(?=[A-Z])");
    private static final Set<String> IMAGES = Set.of("x", "image", "images", "img", "imgs", "data", "pixels", "inputs",
            "features");
    private static final Set<String> LABELS = Set.of("y", "label", "labels", "target", "targets", "class", "classes");

    /** Parts of a data set. */
    enum Part {
        /** Training. */
        TRAIN("train", "training", "trn", "tr"),
        /** Validation, which is testing where there is nothing else for it. */
        VALIDATION("val", "valid", "validation", "dev"),
        /** Testing. */
        TEST("test", "testing", "tst", "te"),
        /** Everything, where the name has no part. */
        ALL();

        private final List<String> words;

        Part(String... words) {
            this.words = List.of(words);
        }

        private static Optional<Part> of(String word) {
            return Arrays.stream(values()).filter(part -> part.words.contains(word)).findFirst();
        }
    }

    /** Returns the role of an array of that name; empty where it has none. */
    static Optional<ArrayRole> of(String name) {
        List<String> words = BETWEEN_WORDS.splitAsStream(name).map(word -> word.toLowerCase(Locale.ROOT)).toList();
        List<Part> parts = words.stream().flatMap(word -> Part.of(word).stream()).toList();
        List<String> kinds = words.stream().filter(word -> IMAGES.contains(word) || LABELS.contains(word)).toList();
        if (parts.size() > 1 || kinds.size() != 1 || parts.size() + kinds.size() != words.size()) {
            return Optional.empty();
        }
        boolean labels = LABELS.contains(kinds.getFirst());
        if (parts.isEmpty() && kinds.getFirst().startsWith("class")) {
            return Optional.empty(); // rather the names of classes
        }
        return Optional.of(new ArrayRole(parts.isEmpty() ? Part.ALL : parts.getFirst(), labels));
    }
}
