package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A CSV file with a header, as {@link ImportedScores#csv} reads it: its columns, and the scores in them. All are read
 * with the separator that was found for the header. Immutable; every call of {@link #scores} reads the file again.
 */
public final class CsvTable {
    private final Path path;
    private final char separator;
    private final List<String> columns;

    private CsvTable(Path path, char separator, List<String> columns) {
        this.path = path;
        this.separator = separator;
        this.columns = List.copyOf(columns);
    }

    /**
     * Reads the header of a file, which is its first line that is not blank.
     *
     * @param path
     *            the file
     * @param expected
     *            the names of columns by which the separator is found: comma, semicolon or tab, the first with which
     *            the header has all of them, or else the one with which it has the most columns
     * @throws InterchangeException
     *             if the file is not text; the message says why
     * @throws IOException
     *             if it cannot be read
     */
    public static CsvTable open(Path path, String... expected) throws IOException {
        CsvTable best = null;
        for (char separator : CsvReader.SEPARATORS) {
            CsvTable table = new CsvTable(path, separator, header(path, separator));
            if (table.columns.containsAll(List.of(expected))) {
                return table;
            }
            if (best == null || table.columns.size() > best.columns.size()) {
                best = table;
            }
        }
        return Objects.requireNonNull(best); // there are separators
    }

    private static List<String> header(Path path, char separator) throws IOException {
        try (CsvReader csv = reader(path, separator)) {
            return csv.next() ? csv.all() : List.of();
        }
    }

    private static CsvReader reader(Path path, char separator) throws IOException {
        return CsvReader.of(path.toString(), Files.newInputStream(path), separator);
    }

    /** Returns the names of the columns in the order of the file; none where the file is blank. */
    public List<String> columns() {
        return columns;
    }

    /**
     * Reads one score for each example from two columns; see {@link ImportedScores#csv}.
     *
     * @param idColumn
     *            the name of the column with example ids
     * @param scoreColumn
     *            the name of the column with scores
     * @param examples
     *            the number of examples of the data set
     * @throws InterchangeException
     *             if the file is not such a table; the message has line and value
     * @throws IOException
     *             if it cannot be read
     */
    public ImportedScores scores(String idColumn, String scoreColumn, int examples) throws IOException {
        ImportedScores.requirePositive(examples);
        try (CsvReader csv = reader(path, separator)) {
            return new ImportedScores(CsvScores.read(csv, idColumn, scoreColumn, examples));
        }
    }
}
