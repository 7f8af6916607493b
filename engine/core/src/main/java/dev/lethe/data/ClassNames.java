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
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private ClassNames() {}

    /** Returns the numbers from 0 as names. */
    static List<String> numbers(int classes) {
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
        require(file, names, classes, "write one class name a line, or delete it");
        return names;
    }

    /**
     * Verifies that each class has a name of its own.
     *
     * @param file file of the names, for messages
     * @param remedy what to do if they are more or fewer
     */
    static void require(Path file, List<String> names, int classes, String remedy) {
        if (names.size() != classes) {
            throw new DataSetException(file + " has names=" + names.size() + " for classes=" + classes + ": " + remedy);
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new DataSetException(file + " names class '" + name + "' twice: give each its own name");
            }
        }
    }
}
