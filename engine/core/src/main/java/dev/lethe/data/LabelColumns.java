package dev.lethe.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Columns of a table of labels.
 *
 * @param separator character between fields
 * @param id position of the ids; -1 where rows are in the order of the examples
 * @param label position of the labels
 * @param count number of all columns
 * @param header whether the first line holds their names
 * @param unnamed whether the ids have no name: an index that may be of other things
 * @param file position of a column that may name the files of the examples; -1 where there is none
 * @param split position of the parts of a data set; -1 where there is none
 */
record LabelColumns(char separator, int id, int label, int count, boolean header, boolean unnamed, int file,
        int split) {
    /** Position of a column that there is not. */
    static final int NONE = -1;
    private static final String MARK = "#"; // NumPy's, before a header
    private static final String LABEL = "label";
    private static final String ID = "id";
    private static final Set<String> LABELS = Set.of(LABEL, "labels", "class", "classes", "target", "targets", "y",
            "category", "categories", "label_id", "class_id", "label_name", "class_name", "given_label", "noisy_label");
    private static final Set<String> IDS = Set.of(ID, "ids", "index", "idx", "example", "example_id", "sample",
            "sample_id",
            "image_id");
    private static final Set<String> UNNAMED = Set.of("", "unnamed: 0"); // pandas, and pandas after a second reading
    private static final String SPLIT = "split";
    private static final List<String> FILES = List.of("file", "files", "filename", "file_name", "filepath", "file_path",
            "path", "image", "image_path", "name");

    /** Header that says twice or not what a column is. */
    static final class UnclearHeaderException extends Exception {
        private static final long serialVersionUID = 1L;

        UnclearHeaderException(String problem) {
            super(problem);
        }
    }

    /** Returns the name of a column in lower case, without NumPy's mark. */
    private static String plain(String name) {
        String stripped = name.strip();
        return (stripped.startsWith(MARK) ? stripped.substring(1).strip() : stripped).toLowerCase(Locale.ROOT);
    }

    /** Tells whether a text is a name by which a column of labels goes. */
    static boolean isLabel(String text) {
        return LABELS.contains(plain(text));
    }

    /**
     * Finds the columns in a header; empty where none has labels, or there is no other column.
     *
     * @param fields fields of the first line
     * @throws UnclearHeaderException where several columns may be that of the labels or of the ids
     */
    static Optional<LabelColumns> ofHeader(List<String> fields, char separator) throws UnclearHeaderException {
        boolean marked = separator == ' ' && fields.size() > 1 && fields.getFirst().equals(MARK);
        List<String> names = fields.stream().skip(marked ? 1 : 0).map(LabelColumns::plain).toList();
        if (names.size() < 2) {
            return Optional.empty();
        }
        int label = only(names, LABELS, LABEL);
        int id = only(names, IDS, ID);
        boolean unnamed = id == NONE && UNNAMED.contains(names.getFirst());
        if (label == NONE && names.size() == 2 && unnamed) {
            label = 1; // whatever its name
        }
        if (label == NONE) {
            return Optional.empty();
        }
        int file = FILES.stream().mapToInt(names::indexOf).filter(at -> at >= 0).findFirst().orElse(NONE);
        return Optional.of(new LabelColumns(separator, unnamed ? 0 : id, label, names.size(), true, unnamed, file,
                names.indexOf(SPLIT)));
    }

    /** Returns the position of the column with a usual name, or the usual one if there are several. */
    private static int only(List<String> names, Set<String> usual, String most) throws UnclearHeaderException {
        List<String> found = names.stream().filter(usual::contains).toList();
        String chosen = found.contains(most) ? most : found.isEmpty() ? "" : found.getFirst();
        if (found.isEmpty()) {
            return NONE;
        }
        if (names.indexOf(chosen) != names.lastIndexOf(chosen)) {
            throw new UnclearHeaderException("has several columns " + chosen + ": leave one");
        }
        if (found.size() > 1 && !chosen.equals(most)) {
            throw new UnclearHeaderException(
                    "has columns " + String.join(" and ", found) + ": call the right one " + most);
        }
        return names.indexOf(chosen);
    }

    /** Returns the columns of a table without a header: id and label. */
    static LabelColumns withoutHeader(char separator) {
        return new LabelColumns(separator, 0, 1, 2, false, false, NONE, NONE);
    }

    /** Returns these columns of a table whose rows are in the order of the examples. */
    LabelColumns withoutIds() {
        return new LabelColumns(separator, NONE, label, count, header, unnamed, file, split);
    }
}
