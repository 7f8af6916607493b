package dev.lethe.data;

import dev.lethe.data.LabelClasses.Labels;
import dev.lethe.data.LabelColumns.UnclearHeaderException;
import dev.lethe.tracker.interchange.CsvReader;
import dev.lethe.tracker.interchange.InterchangeException;
import dev.lethe.tracker.interchange.NpyFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reader of training labels in a file, which replace those of a data set. A text file has a label on each line, in
 * the order of the examples, below a line {@code label} or not; or it is a table with the columns {@code id} and
 * {@code label}, each id once, in any order. They may have other usual names, such as {@code index} and
 * {@code target}. An index without a name has ids, or, where it has texts, rows are in the order of the examples, as
 * they are without ids. A table is separated by commas, semicolons, tabs or spaces, and may have other columns;
 * without a header its columns are id and label. Where a column names the files of the examples, as in
 * {@link ExampleTables}, these are matched in place of the ids, and rows of test images are passed over. A label is a
 * class, as its name or as its number from 0, which may be written {@code 3.0} or {@code 3e+00}; if the names are
 * themselves numbers but other ones, only names are read. Fields may be quoted as in CSV. Blank lines before the
 * first label, after the last, and in tables are passed over.
 * <p>
 * A file of NumPy, {@code .npy}, has an array of labels in the order of the examples: whole numbers of any type, or
 * texts.
 */
public final class TrainLabels {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d{1,30}(\\.\\d{0,30})?([eE][+-]?\\d{1,4})?");
    private static final int NONE = -1;
    private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final char[] SEPARATORS = {',', ';', '\t', ' '};

    private final Path file;
    private final DataSet data;
    private final byte[] text;
    private final Map<String, Integer> byName = new HashMap<>();
    private final Map<String, Integer> byFile = new HashMap<>(); // filled when it is needed
    private final boolean numbered;
    private final Consumer<String> notices;

    /**
     * The label of an example.
     *
     * @param line number of the line, from 1
     * @param id text of the example's id
     * @param label text of the label
     */
    private record Row(long line, String id, String label) {
        /** Returns the label of the example at a position in the file. */
        Row at(int position) {
            return new Row(line, Integer.toString(position), label);
        }
    }

    private TrainLabels(Path file, DataSet data, byte[] text, Consumer<String> notices) {
        this.file = file;
        this.data = data;
        this.text = text;
        this.notices = notices;
        List<String> names = data.classNames();
        for (int label = 0; label < names.size(); label++) {
            byName.putIfAbsent(names.get(label), label);
        }
        numbered = IntStream.range(0, names.size()).allMatch(label -> !NUMBER.matcher(names.get(label)).matches()
                || names.get(label).equals(Integer.toString(label)));
    }

    /**
     * Reads the labels for {@link DataSet#withTrainLabels}.
     *
     * @return label of each training example
     * @throws DataSetException when there are more or fewer labels than examples, an id is unknown or comes twice, or a
     *         label is no class; the message names line and value
     */
    public static int[] read(Path file, DataSet data) {
        return read(file, data, _ -> {});
    }

    /**
     * Reads the labels for {@link DataSet#withTrainLabels}.
     *
     * @param notices receives a sentence where a table has no ids
     * @return label of each training example
     * @throws DataSetException as {@link #read(Path, DataSet)}
     */
    public static int[] read(Path file, DataSet data, Consumer<String> notices) {
        try {
            byte[] text = Files.readAllBytes(file);
            TrainLabels labels = new TrainLabels(file, data, text, notices);
            if (Arrays.mismatch(text, 0, Math.min(NPY.length, text.length), NPY, 0, NPY.length) < 0) {
                return labels.ofArray();
            }
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return labels.byId(labels.rows());
        } catch (CharacterCodingException e) {
            throw new DataSetException(file + " is not text in UTF-8: write one label or id,label a line", e);
        } catch (InterchangeException e) {
            throw new DataSetException("labels " + e.getMessage(), e);
        } catch (IOException e) {
            throw DataSetException.unreadable("labels " + file, e);
        }
    }

    private int[] ofArray() throws IOException {
        try (NpyFile array = NpyFile.open(file)) {
            requireOneEach(ArrayLabels.count(array));
            Labels given = ArrayLabels.read(array);
            return IntStream.range(0, given.count()).map(i -> {
                int label = number(given.text(i));
                if (label < 0) {
                    throw new DataSetException(file + " at example " + i + notAClass(given.text(i)));
                }
                return label;
            }).toArray();
        }
    }

    private List<Row> rows() throws IOException {
        try (CsvReader first = CsvReader.ofLines(file.toString(), new ByteArrayInputStream(text))) {
            if (first.next() && (first.unstripped(0).startsWith("\t") || !isLabel(first.unstripped(0)))) {
                Optional<LabelColumns> columns = columns();
                if (columns.isPresent()) {
                    return table(columns.get());
                }
            }
        }
        return list();
    }

    /**
     * Finds the columns of the file if it is a table: it has a header with the name of labels and another one, or an id
     * before the first separator.
     */
    private Optional<LabelColumns> columns() throws IOException {
        Optional<LabelColumns> withoutHeader = Optional.empty();
        for (char separator : SEPARATORS) {
            try (CsvReader csv = reader(separator)) {
                List<String> first = csv.next() ? csv.all() : List.of();
                Optional<LabelColumns> named = LabelColumns.ofHeader(first, separator);
                if (named.isPresent()) {
                    return named;
                }
                boolean ids = first.size() > 1 && NUMBER.matcher(first.getFirst()).matches()
                        || first.size() == 2 && whole(first.getFirst()) != NONE;
                if (withoutHeader.isEmpty() && ids) {
                    withoutHeader = Optional.of(LabelColumns.withoutHeader(separator));
                }
            } catch (UnclearHeaderException e) {
                throw new DataSetException(file + " line 1 " + e.getMessage(), e);
            }
        }
        return withoutHeader;
    }

    private CsvReader reader(char separator) throws IOException {
        return CsvReader.of(file.toString(), new ByteArrayInputStream(text), separator);
    }

    private List<Row> table(LabelColumns found) throws IOException {
        List<Row> rows = new ArrayList<>();
        LabelColumns columns = found;
        boolean labelIsLast = columns.label() == columns.count() - 1;
        try (CsvReader csv = reader(columns.separator())) {
            boolean more = csv.next() && (!columns.header() || csv.next());
            if (more && columns.unnamed() && whole(csv.field(columns.id())) == NONE) {
                columns = columns.withoutIds();
            }
            boolean byFile = more && columns.file() != NONE && csv.fields() == columns.count()
                    && (isTested(csv, columns) || idOfFile(csv.field(columns.file())) != NONE);
            if (columns.id() == NONE && columns.file() != NONE && !byFile) {
                throw problem(1, "has no column id, and its files are not those of data set " + data.name()
                        + ", whose first is '" + data.train().origins().get(0) + "': add the id of each example");
            }
            if (columns.id() == LabelColumns.NONE && !byFile) {
                notices.accept("labels of " + file + " have no ids: they are taken in the order of its rows");
            }
            while (more) {
                requireWellFormed(csv);
                if (csv.fields() < columns.count() || csv.fields() > columns.count() && !labelIsLast) {
                    throw problem(csv.line(), columns.count() == 2
                            ? "is '" + csv.rest(0) + "': write id,label as before"
                            : "has fields=" + csv.fields() + " where the header has " + columns.count()
                                    + ": correct the line");
                }
                String label = csv.fields() == columns.count()
                        ? csv.unstripped(columns.label())
                        : csv.rest(columns.label()); // a name with separators that is not quoted
                String id = columns.id() == LabelColumns.NONE
                        ? Integer.toString(rows.size())
                        : csv.field(columns.id());
                if (!byFile) {
                    rows.add(new Row(csv.line(), id, label));
                } else if (!isTested(csv, columns)) {
                    rows.add(new Row(csv.line(), idOf(csv.line(), csv.field(columns.file())), label));
                }
                more = csv.next();
            }
        }
        return rows;
    }

    /** Tells whether a row is of a test image, as those in a list of all images of a data set. */
    private static boolean isTested(CsvReader csv, LabelColumns columns) {
        return columns.split() != NONE && ImageTable.Split.of(csv.field(columns.split()))
                .filter(split -> split != ImageTable.Split.TRAIN).isPresent();
    }

    private String idOf(long line, String place) {
        int id = idOfFile(place);
        if (id == NONE) {
            throw problem(line, "has file='" + place + "', which is no training image of data set " + data.name()
                    + ": delete the line, or correct the file");
        }
        return Integer.toString(id);
    }

    /** Returns the id of the training image that comes from a file or another place; -1 if there is none. */
    private int idOfFile(String place) {
        if (byFile.isEmpty()) {
            IntStream.range(0, data.train().examples()).forEach(id -> byFile.put(data.train().origins().get(id), id));
        }
        return byFile.getOrDefault(place, byFile.getOrDefault(place.replaceFirst("^\\./", ""), NONE));
    }

    /** Reads labels in the order of the examples; a line without a label must not shift those after it. */
    private List<Row> list() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (CsvReader csv = CsvReader.ofLines(file.toString(), new ByteArrayInputStream(text))) {
            while (csv.next()) {
                requireWellFormed(csv);
                boolean first = rows.isEmpty();
                for (long blank = csv.blankLines(); blank > 0 && !first; blank--) {
                    rows.add(new Row(csv.line() - blank, "", ""));
                }
                rows.add(new Row(csv.line(), "", csv.unstripped(0)));
            }
        }
        boolean header = !rows.isEmpty() && !isLabel(rows.getFirst().label)
                && LabelColumns.isLabel(rows.getFirst().label);
        List<Row> labels = header ? rows.subList(1, rows.size()) : rows;
        return IntStream.range(0, labels.size()).mapToObj(i -> labels.get(i).at(i)).toList();
    }

    private void requireWellFormed(CsvReader csv) {
        if (!csv.wellFormed()) {
            throw problem(csv.line(), "has text after a closing quote: correct its quotes");
        }
    }

    private int[] byId(List<Row> rows) {
        int examples = data.train().examples();
        if (rows.size() == examples + 1 && !isLabel(rows.getFirst().label)) {
            throw problem(rows.getFirst().line, "is '" + rows.getFirst().label.strip()
                    + "', which is neither a class nor a known header: call it label, or the columns of a table id and "
                    + "label");
        }
        requireOneEach(rows.size());
        int[] labels = new int[examples];
        long[] lineOf = new long[examples]; // from 1
        for (int position = 0; position < examples; position++) {
            Row row = rows.get(position);
            labels[id(row.line, row.id, lineOf)] = label(row.line, row.label);
        }
        return labels;
    }

    private void requireOneEach(int labels) {
        int examples = data.train().examples();
        if (labels != examples) {
            throw new DataSetException(file + " holds labels=" + labels + " for the " + examples
                    + " training examples of data set " + data.name() + ": give one for each");
        }
    }

    private DataSetException problem(long line, String problem) {
        return new DataSetException(file + " line " + line + " " + problem);
    }

    private int id(long line, String text, long[] lineOf) {
        int id = whole(text);
        if (id == NONE || id >= lineOf.length) {
            throw problem(line, "has id=" + text + ": the ids of the training examples lie between 0 and "
                    + (data.train().examples() - 1));
        }
        if (lineOf[id] != 0) {
            throw problem(line, "has id=" + id + " again, which line " + lineOf[id]
                    + " has: give each training example one label");
        }
        lineOf[id] = line;
        return id;
    }

    /** Returns a whole number from 0 written as such, as {@code 3.0} or as {@code 3e+00}; -1 for another text. */
    private static int whole(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            return NONE;
        }
        double number = Double.parseDouble(text);
        return number >= 0 && number < Integer.MAX_VALUE && number == Math.rint(number) ? (int) number : NONE;
    }

    private boolean isLabel(String text) {
        return number(text) >= 0;
    }

    private int label(long line, String text) {
        int label = number(text);
        if (label < 0) {
            throw problem(line, notAClass(text).strip());
        }
        return label;
    }

    private String notAClass(String text) {
        return " has label='" + text.strip() + "', which is not a class of data set " + data.name() + ": give "
                + choices();
    }

    private String choices() {
        String names = "a class name, for example '" + data.classNames().getFirst() + "'";
        return numbered ? "a number between 0 and " + (data.classes() - 1) + " or " + names : names;
    }

    /** Returns the number of the class that a text names, with the spaces around it or without; -1 if there is none. */
    private int number(String text) {
        Integer named = byName.getOrDefault(text, byName.get(text.strip()));
        if (named != null) {
            return named;
        }
        int number = whole(text.strip());
        Integer byNumber = number == NONE ? null : byName.get(Integer.toString(number));
        if (byNumber != null) {
            return byNumber;
        }
        return numbered && number < data.classes() ? number : NONE;
    }
}
