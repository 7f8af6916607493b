package dev.lethe.run.store;

import dev.lethe.run.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a table of a run, with a row for each epoch.
 *
 * @param file file that they were read from
 * @param header first line
 * @param whole rows that end in a line feed; line ends of Windows are accepted
 * @param torn text after the last line feed, empty in a whole file
 */
record CsvRows(Path file, String header, List<String> whole, String torn) {
    /** Makes a value of a row, or says in an IllegalArgumentException what is wrong with it. */
    @FunctionalInterface
    interface RowParser<T> {
        T parse(String row, int epoch);
    }

    /** Makes the text of a table. */
    static String text(String header, List<String> rows) {
        StringBuilder text = new StringBuilder(header).append('\n');
        rows.forEach(row -> text.append(row).append('\n'));
        return text.toString();
    }

    /** Reads a table, whatever it holds. */
    static CsvRows read(Path file) throws IOException {
        // bytes that are no text become characters that are no numbers
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        List<String> lines = new ArrayList<>(List.of(text.split("\r?\n", -1)));
        String torn = lines.removeLast();
        return lines.isEmpty()
                ? new CsvRows(file, torn, List.of(), "")
                : new CsvRows(file, lines.getFirst(), List.copyOf(lines.subList(1, lines.size())), torn);
    }

    /**
     * Parses the rows of all epochs.
     *
     * @throws RunException when the table is not of these epochs
     */
    <T> List<T> parse(String expectedHeader, int epochs, RowParser<T> parser) {
        if (!header.equals(expectedHeader)) {
            throw RunFolder.damaged(file, "begins with '" + shown(header) + "' where '" + expectedHeader
                    + "' is needed, it was altered or damaged");
        }
        if (!torn.isEmpty()) {
            throw RunFolder.damaged(file, "ends within the row '" + shown(torn) + "', it was altered or damaged");
        }
        if (whole.size() != epochs) {
            throw RunFolder.damaged(file, "has " + whole.size() + " rows where the run has " + epochs
                    + " epochs, it was altered or damaged");
        }
        List<T> values = new ArrayList<>();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            String row = whole.get(epoch - 1);
            try {
                values.add(parser.parse(row, epoch));
            } catch (IllegalArgumentException e) {
                throw RunFolder.damaged(file, "has the row '" + shown(row) + "' where " + e.getMessage()
                        + ", it was altered or damaged");
            }
        }
        return values;
    }

    /**
     * Parses the numbers of a row, of which the first is the epoch.
     *
     * @throws IllegalArgumentException with what is needed, where they are not that
     */
    static double[] numbers(String row, int columns, int epoch) {
        String[] cells = row.split(",", -1);
        if (cells.length != columns || !cells[0].equals(String.valueOf(epoch))) {
            throw new IllegalArgumentException(columns + " numbers of epoch " + epoch + " are needed");
        }
        double[] numbers = new double[columns];
        for (int column = 0; column < columns; column++) {
            try {
                numbers[column] = Double.parseDouble(cells[column]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("numbers are needed and '" + shown(cells[column]) + "' is none", e);
            }
        }
        return numbers;
    }

    /** Makes a text from a file fit for a message: shortened, and on one line. */
    private static String shown(String text) {
        String shortened = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return shortened.replaceAll("\\p{Cntrl}", "?");
    }
}
