package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/** A reader of one score for each example from two columns of a CSV file. */
final class CsvScores {
    private final CsvReader csv;
    private final String idName;
    private final String scoreName;
    private final int idColumn;
    private final int scoreColumn;
    private final int columns;
    private final double[] scores;
    private final BitSet given;

    private CsvScores(CsvReader csv, String idName, String scoreName, int examples) throws IOException {
        this.csv = csv;
        this.idName = idName;
        this.scoreName = scoreName;
        List<String> header = csv.next() ? csv.all() : List.of();
        this.idColumn = column(header, idName);
        this.scoreColumn = column(header, scoreName);
        this.columns = header.size();
        this.scores = new double[examples];
        this.given = new BitSet(examples);
        Arrays.fill(scores, Double.NaN);
    }

    /**
     * Reads a file from its header on; the caller closes the reader.
     *
     * @param csv
     *            the file, before its header
     * @param idName
     *            the name of the column with example ids
     * @param scoreName
     *            the name of the column with scores
     * @param examples
     *            the number of examples of the data set
     * @return (examples); NaN where the file has no score
     */
    static double[] read(CsvReader csv, String idName, String scoreName, int examples) throws IOException {
        return new CsvScores(csv, idName, scoreName, examples).read();
    }

    private int column(List<String> header, String column) throws InterchangeException {
        int times = Collections.frequency(header, column);
        if (times != 1) {
            throw csv.problem("column=" + column + (times == 0 ? " is not in" : " stands several times in")
                    + " its header " + InterchangeException.shown(header.toString()));
        }
        return header.indexOf(column);
    }

    private double[] read() throws IOException {
        while (csv.next()) {
            if (!csv.wellFormed()) {
                throw csv.problem("text after a closing quote: quote the whole field");
            }
            if (csv.fields() != columns) {
                throw csv.problem("fields=" + csv.fields() + " where the header has " + columns
                        + ": give each row a field for every column");
            }
            int id = id(csv.field(idColumn));
            if (given.get(id)) {
                throw csv.problem(idName + "=" + id + " has a row before this one: an example has one score");
            }
            given.set(id);
            scores[id] = score(csv.field(scoreColumn));
        }
        return scores;
    }

    private int id(String text) throws InterchangeException {
        if (!Decimal.isWhole(text)) {
            throw csv.problem(idName + "=" + InterchangeException.shown(text)
                    + " is not an example id: give a whole number");
        }
        double id = Double.parseDouble(text); // any length; exact where it is in range
        if (id < 0 || id >= scores.length) {
            throw csv.problem(idName + "=" + InterchangeException.shown(text) + " is not in [0, " + scores.length
                    + "), the examples of the data set");
        }
        return (int) id;
    }

    private double score(String text) throws InterchangeException {
        if (text.isEmpty()) {
            return Double.NaN;
        }
        try {
            return Decimal.parse(text);
        } catch (NumberFormatException e) {
            throw new InterchangeException(csv.place(), scoreName + "=" + InterchangeException.shown(text)
                    + " is not a number with a decimal point: correct it, or leave it empty for no score", e);
        }
    }
}
