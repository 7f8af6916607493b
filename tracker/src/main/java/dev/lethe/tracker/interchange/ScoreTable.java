package dev.lethe.tracker.interchange;

import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.MeanScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/**
 * A table of scores with one row for each example, in the order of ids, to be written as CSV or {@code .npz}. The
 * columns:
 * <table>
 * <caption>Columns</caption>
 * <tr>
 * <td>{@code id}</td>
 * <td>int32, the example</td>
 * </tr>
 * <tr>
 * <td>{@code file}</td>
 * <td>text, only {@link #withFiles}</td>
 * </tr>
 * <tr>
 * <td>{@code label}</td>
 * <td>int32, only {@link #withLabels(IntUnaryOperator)}; text, only {@link #withLabels(IntUnaryOperator,
 * IntFunction)}</td>
 * </tr>
 * <tr>
 * <td>{@code label_id}</td>
 * <td>int32, the number of the class, only {@link #withLabels(IntUnaryOperator, IntFunction)}</td>
 * </tr>
 * <tr>
 * <td>{@code forgetting_events}</td>
 * <td>int32, summed over the runs that learned the example</td>
 * </tr>
 * <tr>
 * <td>{@code never_learned_runs}</td>
 * <td>int32, the runs that did not learn it, which have no events</td>
 * </tr>
 * <tr>
 * <td>{@code first_learned}</td>
 * <td>float64, mean over the runs that learned it of the index of the first presentation that was right; NaN, in CSV
 * empty, where none did</td>
 * </tr>
 * <tr>
 * <td>{@code mean_margin}, {@code el2n}, {@code confidence}, {@code variability}, {@code mean_loss}</td>
 * <td>float32, {@link MeanScores}, mean over the runs</td>
 * </tr>
 * </table>
 * It is immutable, a view of the scores it was made from, and safe from any number of threads. Writing needs no memory.
 */
public final class ScoreTable {
    private static final int CHUNK = 1 << 16;
    private static final int SCORES = 8;
    private static final ScoreColumn ID = count("id", example -> example);

    private final int examples;
    private final List<TableColumn> columns;

    private ScoreTable(int examples, List<? extends TableColumn> columns) {
        this.examples = examples;
        this.columns = List.copyOf(columns);
    }

    /**
     * Makes the table of one run, in which {@code never_learned_runs} is 0 or 1.
     *
     * @param run
     *            the scores of the run
     */
    public static ScoreTable of(RunScores run) {
        ForgettingScores forgetting = run.forgetting();
        MeanScores means = run.means();
        return new ScoreTable(run.examples(), List.of(ID, count("forgetting_events", forgetting::forgettingEvents),
                count("never_learned_runs", example -> forgetting.neverLearned(example) ? 1 : 0),
                firstLearned(example -> forgetting.neverLearned(example)
                        ? Double.NaN
                        : forgetting.firstLearned(example)),
                mean("mean_margin", means::margin), mean("el2n", means::el2n), mean("confidence", means::confidence),
                mean("variability", means::variability), mean("mean_loss", means::loss)));
    }

    /**
     * Makes the table of several runs over one data set.
     *
     * @param runs
     *            the scores of the runs
     */
    public static ScoreTable of(RunAggregate runs) {
        return new ScoreTable(runs.examples(), List.of(ID, count("forgetting_events", runs::forgettingEvents),
                count("never_learned_runs", runs::neverLearnedRuns), firstLearned(runs::firstLearned),
                mean("mean_margin", runs::margin), mean("el2n", runs::el2n), mean("confidence", runs::confidence),
                mean("variability", runs::variability), mean("mean_loss", runs::loss)));
    }

    private static ScoreColumn count(String name, IntToDoubleFunction values) {
        return new ScoreColumn(name, ElementType.INT32, values);
    }

    private static ScoreColumn firstLearned(IntToDoubleFunction values) {
        return new ScoreColumn("first_learned", ElementType.FLOAT64, values);
    }

    private static ScoreColumn mean(String name, IntToDoubleFunction values) {
        return new ScoreColumn(name, ElementType.FLOAT32, values);
    }

    /**
     * Returns the table with a column {@code label} of numbers before the scores.
     *
     * @param labels
     *            returns the given label of an example
     */
    public ScoreTable withLabels(IntUnaryOperator labels) {
        return with(count("label", labels::applyAsInt));
    }

    /**
     * Returns the table with the columns {@code label} of names and {@code label_id} of numbers before the scores.
     *
     * @param labels
     *            returns the given label of an example
     * @param names
     *            returns the name of a label
     */
    public ScoreTable withLabels(IntUnaryOperator labels, IntFunction<String> names) {
        return with(new TextColumn("label", example -> names.apply(labels.applyAsInt(example))),
                count("label_id", labels::applyAsInt));
    }

    /**
     * Returns the table with a column {@code file} after {@code id}.
     *
     * @param files
     *            returns the file, or the place in a file, that an example comes from
     */
    public ScoreTable withFiles(IntFunction<String> files) {
        List<TableColumn> more = new ArrayList<>(columns);
        more.add(1, new TextColumn("file", files));
        return new ScoreTable(examples, more);
    }

    private ScoreTable with(TableColumn... described) {
        List<TableColumn> more = new ArrayList<>(columns);
        more.addAll(columns.size() - SCORES, List.of(described));
        return new ScoreTable(examples, more);
    }

    /** Returns the number of rows. */
    public int examples() {
        return examples;
    }

    /** Returns the names of the columns, in order. */
    public List<String> columns() {
        return columns.stream().map(TableColumn::name).toList();
    }

    /**
     * Writes the table as CSV in UTF-8 with a header, commas and line feeds. The file replaces one that was
     * there before, and
     * has its name only when it is whole.
     *
     * @param path
     *            the file
     * @throws IOException
     *             if it cannot be written. A file that was there before is then unchanged; or, if only the new name
     *             could not be made durable, the new file is there whole, and a power cut may bring the old one back
     */
    public void writeCsv(Path path) throws IOException {
        try (UnfinishedFile file = new UnfinishedFile(path)) {
            StringBuilder rows = new StringBuilder(2 * CHUNK);
            rows.append(columns.stream().map(TableColumn::name).collect(Collectors.joining(","))).append('\n');
            for (int example = 0; example < examples; example++) {
                appendRow(rows, example);
                if (rows.length() > CHUNK) {
                    write(rows, file.output());
                }
            }
            write(rows, file.output());
            file.finish();
        }
    }

    private void appendRow(StringBuilder rows, int example) {
        for (TableColumn column : columns) {
            column.appendTo(rows, example);
            rows.append(',');
        }
        rows.setCharAt(rows.length() - 1, '\n');
    }

    private static void write(StringBuilder rows, OutputStream output) throws IOException {
        output.write(rows.toString().getBytes(StandardCharsets.UTF_8));
        rows.setLength(0);
    }

    /**
     * Writes each column of numbers as an array (examples,) of a {@code .npz} file, stored. The file replaces
     * one that was there
     * before, and has its name only when it is whole. {@code pandas.DataFrame(dict(numpy.load(file)))} is the table
     * again.
     *
     * @param path
     *            the file
     * @throws IOException
     *             if it cannot be written. A file that was there before is then unchanged; or, if only the new name
     *             could not be made durable, the new file is there whole, and a power cut may bring the old one back
     */
    public void writeNpz(Path path) throws IOException {
        try (NpzWriter npz = NpzWriter.stored(path)) {
            for (TableColumn column : columns) {
                if (column instanceof ScoreColumn numbers) {
                    npz.add(numbers.name(), numbers.toArray(examples));
                }
            }
            npz.finish();
        }
    }
}
