package dev.lethe.data;

import dev.lethe.tracker.interchange.CsvReader;
import dev.lethe.tracker.interchange.InterchangeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reader of training labels in a text file, which replace those of a data set. The file has a label on each line, in
 * the order of the examples, below a line {@code label} or not; or it is a table with the columns {@code id} and {@code
 * label}, each id once, in any order. A table is separated by commas, semicolons or tabs, and may have other columns;
 * without a header its columns are id and label. A label is a class, as its name or as its number from 0; if the names
 * are themselves numbers but other ones, only names are read. Fields may be quoted as in CSV. Blank lines before the
 * first label, after the last, and in tables are passed over.
 */
public final class TrainLabels {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");
    private static final String ID = "id";
    private static final String LABEL = "label";

    private final Path file;
    private final DataSet data;
    private final byte[] text;
    private final Map<String, Integer> byName = new HashMap<>();
    private final boolean numbered;

    /**
     * Columns of a table.
     *
     * @param separator character between fields
     * @param id position of the ids
     * @param label position of the labels
     * @param count number of all columns
     * @param header whether the first line holds their names
     */
    private record Columns(char separator, int id, int label, int count, boolean header) {}

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

    private TrainLabels(Path file, DataSet data, byte[] text) {
        this.file = file;
        this.data = data;
        this.text = text;
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
        try {
            byte[] text = Files.readAllBytes(file);
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            TrainLabels labels = new TrainLabels(file, data, text);
            return labels.byId(labels.rows());
        } catch (CharacterCodingException e) {
            throw new DataSetException(file + " is not text in UTF-8: write one label or id,label a line", e);
        } catch (InterchangeException e) {
            throw new DataSetException("labels " + e.getMessage(), e);
        } catch (IOException e) {
            throw DataSetException.unreadable("labels " + file, e);
        }
    }

    private List<Row> rows() throws IOException {
        try (CsvReader first = CsvReader.ofLines(file.toString(), new ByteArrayInputStream(text))) {
            if (first.next() && !isLabel(first.unstripped(0))) {
                Optional<Columns> columns = columns();
                if (columns.isPresent()) {
                    return table(columns.get());
                }
            }
        }
        return list();
    }

    /**
     * Finds the columns of the file if it is a table: it has a header with both names, or an id before the first
     * separator.
     */
    private Optional<Columns> columns() throws IOException {
        Optional<Columns> withoutHeader = Optional.empty();
        for (char separator : CsvReader.SEPARATORS) {
            try (CsvReader csv = reader(separator)) {
                List<String> first = csv.next() ? csv.all() : List.of();
                List<String> names = first.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
                if (names.contains(ID) && names.contains(LABEL)) {
                    return Optional.of(new Columns(separator, only(csv, names, ID), only(csv, names, LABEL),
                            names.size(), true));
                }
                if (withoutHeader.isEmpty() && first.size() > 1 && NUMBER.matcher(first.getFirst()).matches()) {
                    withoutHeader = Optional.of(new Columns(separator, 0, 1, 2, false));
                }
            }
        }
        return withoutHeader;
    }

    private CsvReader reader(char separator) throws IOException {
        return CsvReader.of(file.toString(), new ByteArrayInputStream(text), separator);
    }

    private int only(CsvReader csv, List<String> names, String name) {
        if (names.indexOf(name) != names.lastIndexOf(name)) {
            throw problem(csv.line(), "has several columns " + name + ": leave one");
        }
        return names.indexOf(name);
    }

    private List<Row> table(Columns columns) throws IOException {
        List<Row> rows = new ArrayList<>();
        boolean labelIsLast = columns.label == columns.count - 1;
        try (CsvReader csv = reader(columns.separator)) {
            boolean more = csv.next() && (!columns.header || csv.next());
            while (more) {
                requireWellFormed(csv);
                if (csv.fields() < columns.count || csv.fields() > columns.count && !labelIsLast) {
                    throw problem(csv.line(), columns.count == 2
                            ? "is '" + csv.rest(0) + "': write id,label as before"
                            : "has fields=" + csv.fields() + " where the header has " + columns.count
                                    + ": correct the line");
                }
                String label = csv.fields() == columns.count
                        ? csv.unstripped(columns.label)
                        : csv.rest(columns.label); // a name with separators that is not quoted
                rows.add(new Row(csv.line(), csv.field(columns.id), label));
                more = csv.next();
            }
        }
        return rows;
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
                && rows.getFirst().label.strip().equalsIgnoreCase(LABEL);
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
        if (rows.size() != examples) {
            throw new DataSetException(file + " holds labels=" + rows.size() + " for the " + examples
                    + " training examples of data set " + data.name() + ": give one for each");
        }
        int[] labels = new int[examples];
        long[] lineOf = new long[examples]; // from 1
        for (int position = 0; position < examples; position++) {
            Row row = rows.get(position);
            labels[id(row.line, row.id, lineOf)] = label(row.line, row.label);
        }
        return labels;
    }

    private DataSetException problem(long line, String problem) {
        return new DataSetException(file + " line " + line + " " + problem);
    }

    private int id(long line, String text, long[] lineOf) {
        int id;
        try {
            id = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw unknownId(line, text, e);
        }
        if (id < 0 || id >= lineOf.length) {
            throw unknownId(line, text, null);
        }
        if (lineOf[id] != 0) {
            throw problem(line, "has id=" + id + " again, which line " + lineOf[id]
                    + " has: give each training example one label");
        }
        lineOf[id] = line;
        return id;
    }

    private DataSetException unknownId(long line, String text, @Nullable NumberFormatException cause) {
        return new DataSetException(
                file + " line " + line + " has id=" + text + ": the ids of the training examples lie"
                        + " between 0 and " + (data.train().examples() - 1),
                cause);
    }

    private boolean isLabel(String text) {
        return number(text) >= 0;
    }

    private int label(long line, String text) {
        int label = number(text);
        if (label < 0) {
            throw problem(line, "has label='" + text.strip() + "', which is not a class of data set " + data.name()
                    + ": give " + choices());
        }
        return label;
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
        String digits = text.strip();
        if (!numbered || !NUMBER.matcher(digits).matches() || digits.length() > 9) {
            return -1;
        }
        int number = Integer.parseInt(digits);
        return number < data.classes() ? number : -1;
    }
}
