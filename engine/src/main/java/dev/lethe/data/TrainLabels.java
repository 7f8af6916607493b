package dev.lethe.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Training labels in a text file, to train with instead of those that a data set has. Either one label a line, in the
 * order of the examples, below a line {@code label} or not; or lines {@code id,label} in any order, each id once, below
 * a line {@code id,label} or not. A label is a class, as its name or as its number from 0; where names are themselves
 * numbers but other ones, only names. Fields may be quoted as in CSV; empty lines at the end are passed over.
 */
public final class TrainLabels {
    private static final Pattern ROW = Pattern.compile("\\s*\"?(-?\\d+)\"?\\s*,(.*)");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final DataSet data;
    private final Map<String, Integer> byName = new HashMap<>();
    private final boolean numbered;

    private TrainLabels(Path file, DataSet data) {
        this.file = file;
        this.data = data;
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
     * @return one a training example
     * @throws DataSetException when they are more or fewer, an id is unknown or comes twice, or a label is no class;
     *         the message names line and value
     */
    public static int[] read(Path file, DataSet data) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new DataSetException(file + " is not text in UTF-8: write one label or id,label a line", e);
        } catch (IOException e) {
            throw DataSetException.unreadable("labels " + file, e);
        }
        return new TrainLabels(file, data).parse(lines);
    }

    private int[] parse(List<String> lines) {
        int end = lines.size();
        while (end > 0 && lines.get(end - 1).isBlank()) {
            end--;
        }
        String first = end == 0 ? "" : lines.getFirst().replace(BYTE_ORDER_MARK, "").strip();
        String header = first.replaceAll("[\\s\"]", "").toLowerCase(Locale.ROOT);
        boolean isLabel = isLabel(unquoted(first));
        int start = !isLabel && (header.equals("label") || header.equals("id,label")) ? 1 : 0;
        boolean withIds = start == 1 ? header.equals("id,label") : !isLabel && ROW.matcher(first).matches();
        int examples = data.train().examples();
        if (end - start != examples) {
            throw new DataSetException(file + " holds labels=" + (end - start) + " for the " + examples
                    + " training examples of data set " + data.name() + ": give one for each");
        }
        int[] labels = new int[examples];
        int[] lineOf = new int[examples]; // from 1
        for (int i = start; i < end; i++) {
            String line = i == 0 ? first : lines.get(i);
            int id = i - start;
            if (withIds) {
                Matcher row = row(i + 1, line);
                id = id(i + 1, row.group(1), lineOf);
                line = row.group(2);
            }
            labels[id] = label(i + 1, unquoted(line.strip()));
        }
        return labels;
    }

    private Matcher row(int line, String text) {
        Matcher row = ROW.matcher(text);
        if (!row.matches()) {
            throw new DataSetException(file + " line " + line + " is '" + text + "': write id,label as before");
        }
        return row;
    }

    private int id(int line, String text, int[] lineOf) {
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
            throw new DataSetException(file + " line " + line + " has id=" + id + " again, which line " + lineOf[id]
                    + " has: give each training example one label");
        }
        lineOf[id] = line;
        return id;
    }

    private DataSetException unknownId(int line, String text, NumberFormatException cause) {
        return new DataSetException(
                file + " line " + line + " has id=" + text + ": the ids of the training examples lie"
                        + " between 0 and " + (data.train().examples() - 1),
                cause);
    }

    private static String unquoted(String field) {
        boolean quoted = field.length() > 1 && field.startsWith("\"") && field.endsWith("\"");
        return quoted ? field.substring(1, field.length() - 1).replace("\"\"", "\"") : field;
    }

    private boolean isLabel(String text) {
        return byName.containsKey(text) || numbered && number(text) >= 0;
    }

    private int label(int line, String text) {
        if (!isLabel(text)) {
            throw new DataSetException(
                    file + " line " + line + " has label='" + text + "', which is no class of data set "
                            + data.name() + ": give " + choices());
        }
        return byName.containsKey(text) ? byName.get(text) : number(text);
    }

    private String choices() {
        String names = "a class name, for example '" + data.classNames().getFirst() + "'";
        return numbered ? "a number between 0 and " + (data.classes() - 1) + " or " + names : names;
    }

    /** The class with that number, -1 when there is none. */
    private int number(String text) {
        if (!NUMBER.matcher(text).matches() || text.length() > 9) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number < data.classes() ? number : -1;
    }
}
