package dev.lethe.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Names of the classes of a data set whose files have labels only. */
final class ClassNames {
    private static final int USUAL_CLASSES = 10;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private ClassNames() {}

    /**
     * Returns the numbers 0 to the largest training label as names.
     * <p>
     * Such files do not hold the number of classes, so that a single damaged label would silently make hundreds of
     * them. All such sets have ten classes or fewer, or an example of every class but 0, with which some do not begin.
     *
     * @param labelFile file of the training labels, for messages
     */
    static List<String> numbered(ImageSet train, Path labelFile) {
        int classes = 1 + IntStream.range(0, train.examples()).map(train::label).max().orElseThrow();
        boolean[] present = new boolean[Math.min(classes, train.examples() + 1)];
        IntStream.range(0, train.examples()).map(train::label).filter(label -> label < present.length)
                .forEach(label -> present[label] = true);
        for (int label = 1; label < classes - 1 && classes > USUAL_CLASSES; label++) {
            if (label == present.length || !present[label]) {
                int example = IntStream.range(0, train.examples()).filter(i -> train.label(i) == classes - 1)
                        .findFirst().orElseThrow();
                throw new DataSetException(labelFile + " has label=" + (classes - 1) + " at example " + example
                        + " but no example of label " + label + ": number the classes from 0 without gaps");
            }
        }
        return numbers(classes);
    }

    private static List<String> numbers(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /** Reads a file with a name on each line; returns the numbers 0 to {@code classes - 1} if there is no such file. */
    static List<String> read(Path file, int classes) {
        if (!Files.isRegularFile(file)) {
            return numbers(classes);
        }
        List<String> names;
        try {
            names = Files.readString(file).replace(BYTE_ORDER_MARK, "").lines().map(String::strip)
                    .filter(name -> !name.isEmpty()).toList();
        } catch (CharacterCodingException e) {
            throw new DataSetException(file + " is not text in UTF-8: write one class name a line, or delete it", e);
        } catch (IOException e) {
            throw DataSetException.unreadable(file.toString(), e);
        }
        if (names.size() != classes) {
            throw new DataSetException(file + " has names=" + names.size() + " for classes=" + classes
                    + ": write one class name a line, or delete it");
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new DataSetException(file + " names class '" + name + "' twice: give each its own name");
            }
        }
        return names;
    }
}
