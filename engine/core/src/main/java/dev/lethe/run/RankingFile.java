package dev.lethe.run;

import dev.lethe.data.DataSet;
import dev.lethe.data.ExampleTables;
import dev.lethe.data.TrainLabels;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.interchange.CsvTable;
import dev.lethe.tracker.interchange.ImportedScores;
import dev.lethe.tracker.interchange.InterchangeException;
import dev.lethe.tracker.interchange.PaperOrdering;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Scores in a file: a history ({@code .lethe}), from which every score can be computed, a table ({@code .csv} with the
 * columns {@code id} and the named one), an array ({@code .npy}) of one score, the named array of an archive ({@code
 * .npz}), or the ordering of the paper's code ({@code .pkl}). {@link RankingOrder} knows which
 * values of the usual scores belong to hard examples; those of an array do so where they are large. Counts and times of
 * {@code scores.csv} leave out runs that never learned an example, which then is harder than any count.
 *
 * <p>
 * Immutable.
 */
public final class RankingFile {
    /** The column that a table is ranked by where none is named. */
    public static final String FORGETTING_EVENTS = "forgetting_events";
    private static final String NEVER_LEARNED_RUNS = "never_learned_runs";
    private static final Set<String> LEARNED_ONLY = Set.of(FORGETTING_EVENTS, "forgetting", "first_learned");
    private static final String ID = "id";
    private static final List<String> IDS = List.of(ID, "ids", "index", "idx", "example_id", "sample_id", "image_id");
    /** Columns with large values for easy examples that have always been read so. */
    private static final Set<String> ALWAYS_EASY_FIRST = Set.of("mean_margin", "confidence");

    private final Path path;
    private final String column;
    private final @Nullable RankingOrder order; // null for the one that is known

    private RankingFile(Path path, String column, @Nullable RankingOrder order) {
        this.path = path;
        this.column = column;
        this.order = order;
    }

    /**
     * Makes a ranking in the order that is known.
     *
     * @param path file with the scores
     * @param column column of a table
     */
    public RankingFile(Path path, String column) {
        this(path, column, null);
    }

    /** Returns a ranking by the same values in another order, whatever they are called. */
    public RankingFile in(RankingOrder other) {
        return new RankingFile(path, column, Objects.requireNonNull(other, "order"));
    }

    /** Returns the file with the scores. */
    public Path path() {
        return path;
    }

    /** Returns the order that was given; empty for the one that is known. */
    private Optional<RankingOrder> order() {
        return Optional.ofNullable(order);
    }

    /**
     * Returns what describes the reading of the file in {@code config.json}. An order is among it where it was given,
     * and for columns that were once read in the other order, so that runs of then are not taken for runs of now.
     */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ranking_column", column);
        order().or(() -> isTable() && !ALWAYS_EASY_FIRST.contains(column)
                ? RankingOrder.ofColumn(column).filter(known -> known == RankingOrder.EASY_FIRST)
                : Optional.empty()).ifPresent(shown -> map.put("ranking_order", shown.text()));
        return map;
    }

    /** Returns {@link #asMap} with the path, for {@code study.json}. */
    public Map<String, Object> asStudyOptions() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ranking", path.toString());
        map.putAll(asMap());
        return map;
    }

    /**
     * Returns whether rules that ask for the least forgotten examples get them: from a history, and from a table ranked
     * by a count of forgetting events in its usual order. The scores of an array have no name.
     */
    public boolean isByForgetting() {
        return isNamed(".lethe") || isPickle() && order().orElse(RankingOrder.HARD_FIRST) == RankingOrder.HARD_FIRST
                || isTable() && Score.named(column).equals(Optional.of(Score.FORGETTING_EVENTS))
                        && order().orElse(RankingOrder.HARD_FIRST) == RankingOrder.HARD_FIRST;
    }

    private boolean isTable() {
        return !isNamed(".lethe") && !isNamed(".npy") && !isPickle();
    }

    private boolean isPickle() {
        return isNamed(".pkl") || isNamed(".pickle");
    }

    private boolean isNamed(String suffix) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT).endsWith(suffix);
    }

    /**
     * Reads the scores.
     *
     * @param scores scores that will be asked for; those of an array or a column of a table stand for each of them
     * @throws RunException when the file cannot be used, or is of another data set
     */
    public DifficultyScores read(DataSet data, List<Score> scores) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new RunException("ranking " + path + " is no file: name a history.lethe, a .csv, .npy, .npz or .pkl");
        }
        try {
            return isNamed(".lethe")
                    ? ofHistory(data, scores)
                    : DifficultyScores.imported(scores(data));
        } catch (InterchangeException | IllegalArgumentException e) {
            throw new RunException("ranking " + path + " is no ranking of " + data.name() + ": " + e.getMessage(),
                    e);
        }
    }

    private DifficultyScores ofHistory(DataSet data, List<Score> asked) throws IOException {
        if (order().isPresent()) {
            throw new RunException("ranking " + path + " is a history, which knows what is hard: leave out "
                    + "the ranking order");
        }
        try (History history = History.open(path)) {
            if (history.epochs() == 0) {
                throw new RunException("ranking " + path + " has no committed epoch, so that it ranks nothing: "
                        + "train at least one epoch, or rank by another history");
            }
            RunScores scores = RunScores.of(history);
            Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
            if (!scores.fingerprint().equals(fingerprint)) {
                throw new RunException("ranking " + path + " is of another data set: its fingerprint is "
                        + scores.fingerprint() + " where " + data.name() + " has " + fingerprint
                        + "; rank by a run over the same images and labels");
            }
            requireAllPresented(scores.forgetting(), data);
            return DifficultyScores.of(asked, List.of(history));
        }
    }

    private void requireAllPresented(ForgettingScores scores, DataSet data) {
        long presented = IntStream.range(0, scores.examples()).filter(id -> scores.presentations(id) > 0).count();
        if (presented < scores.examples()) {
            throw new RunException("ranking " + path + " has presentations of " + presented + " of the "
                    + scores.examples() + " training examples of " + data.name() + ": rank by a run that was trained "
                    + "on all of them");
        }
    }

    private double[] scores(DataSet data) throws IOException {
        int examples = data.train().examples();
        if (isNamed(".npz")) {
            return hardFirst(complete(ImportedScores.npz(path, column, examples), data));
        }
        if (isNamed(".npy") || isPickle()) {
            ImportedScores read = isPickle()
                    ? PaperOrdering.counts(path, examples)
                    : ImportedScores.npy(path, examples);
            return order().orElse(RankingOrder.HARD_FIRST).hardFirst(complete(read, data));
        }
        return ofTable(data);
    }

    private double[] ofTable(DataSet data) throws IOException {
        CsvTable table = CsvTable.open(path, ID, column);
        String id = IDS.stream().flatMap(usual -> named(usual, table).stream()).findFirst().orElse(ID);
        ImportedScores scores = table.scores(id, column, data.train().examples());
        Optional<String> never = named(NEVER_LEARNED_RUNS, table)
                .filter(_ -> LEARNED_ONLY.contains(RankingOrder.normalized(column)));
        double[] hardFirst = never.isPresent()
                ? neverLearnedLast(scores, column(table, id, never.get(), data), data)
                : hardFirst(complete(scores, data));
        requireLabels(table, id, data);
        return hardFirst;
    }

    /** Finds a column, however its name is written. */
    private static Optional<String> named(String name, CsvTable table) {
        return table.columns().stream().filter(found -> RankingOrder.normalized(found).equals(name)).findFirst();
    }

    /** Adds the count of never-learned runs to each score; where no run learned an example, it may have no score. */
    private double[] neverLearnedLast(ImportedScores scores, double[] never, DataSet data) {
        double[] filled = scores.toArray();
        Arrays.setAll(filled, id -> Double.isNaN(filled[id]) && never[id] > 0 ? 0 : filled[id]);
        requireComplete(Arrays.stream(filled).filter(score -> !Double.isNaN(score)).count(), data);
        double[] hardFirst = hardFirst(filled);
        Arrays.setAll(hardFirst, id -> hardFirst[id] + NeverLearned.AFTER_EVERY_COUNT * never[id]);
        return hardFirst;
    }

    private double[] hardFirst(double[] scores) {
        RankingOrder known = order().or(() -> RankingOrder.ofColumn(column)).orElseThrow(() -> new RunException(
                "ranking " + path + " has a column '" + column + "' of which it is not known whether large values "
                        + "are hard or easy: say so by a ranking order, " + RankingOrder.CHOICES));
        return known.hardFirst(scores);
    }

    private double[] column(CsvTable table, String id, String name, DataSet data) throws IOException {
        return complete(table.scores(id, name, data.train().examples()), data);
    }

    private double[] complete(ImportedScores scores, DataSet data) {
        requireComplete(scores.scored(), data);
        return scores.toArray();
    }

    private void requireComplete(long scored, DataSet data) {
        if (scored != data.train().examples()) {
            throw new RunException("ranking " + path + " has scores of " + scored + " of the "
                    + data.train().examples() + " training examples of " + data.name()
                    + ": it is of another data set, or of a part of it");
        }
    }

    /** Verifies the labels beside the scores, if there are any: numbers of classes, or else their names. */
    private void requireLabels(CsvTable table, String id, DataSet data) throws IOException {
        Optional<String> numbers = named(ExampleTables.LABEL_ID, table);
        Optional<String> labels = named(ExampleTables.LABEL, table);
        if (numbers.isPresent() || labels.isPresent()) {
            try {
                requireLabels(column(table, id, numbers.or(() -> labels).orElseThrow(), data), data);
            } catch (InterchangeException e) {
                if (numbers.isPresent()) {
                    throw e;
                }
                requireLabels(Arrays.stream(TrainLabels.read(path, data)).asDoubleStream().toArray(), data);
            }
        }
    }

    private void requireLabels(double[] labels, DataSet data) {
        for (int id = 0; id < labels.length; id++) {
            if (labels[id] != data.train().label(id)) {
                throw new RunException("ranking " + path + " is of another data set: it has label="
                        + Math.round(labels[id]) + " at id=" + id + " where " + data.name() + " has label="
                        + data.train().label(id));
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RankingFile file && path.equals(file.path) && column.equals(file.column)
                && order == file.order;
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, column, order);
    }

    @Override
    public String toString() {
        return "ranking=" + path + ", column=" + column + ", order=" + order().map(RankingOrder::text).orElse("known");
    }
}
