package dev.lethe.study.run;

import dev.lethe.data.DataSet;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.interchange.ImportedScores;
import dev.lethe.tracker.interchange.InterchangeException;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.select.Difficulty;
import dev.lethe.tracker.select.DifficultyScores;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Scores in a file: a history ({@code .lethe}), from which every score can be had, or a table ({@code .csv} with the
 * columns {@code id} and the named one) or an array ({@code .npy}) of one score, the larger the harder. Of the columns
 * of {@code scores.csv} it is known which are larger for easy examples, and that never-learned examples are harder than
 * any count.
 *
 * @param path of the file
 * @param column of a table
 */
public record RankingFile(Path path, String column) {
    /** The column that a table is ranked by where none is named. */
    public static final String FORGETTING_EVENTS = "forgetting_events";
    private static final String NEVER_LEARNED_RUNS = "never_learned_runs";
    private static final String LABEL = "label";
    private static final Set<String> LARGE_IS_EASY = Set.of("mean_margin", "confidence");

    /**
     * Reads the scores.
     *
     * @throws StudyException when the file cannot be used, or is of another data set
     */
    DifficultyScores read(DataSet data) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new StudyException("--ranking " + path + " is no file: name a history.lethe, a .csv or a .npy");
        }
        String name = String.valueOf(path.getFileName());
        try {
            if (name.endsWith(".lethe")) {
                return ofHistory(data);
            }
            return DifficultyScores.imported(name.endsWith(".npy")
                    ? complete(ImportedScores.npy(path, data.train().examples()), data)
                    : ofTable(data));
        } catch (InterchangeException | IllegalArgumentException e) {
            throw new StudyException("--ranking " + path + " is no ranking of " + data.name() + ": " + e.getMessage(),
                    e);
        }
    }

    private DifficultyScores ofHistory(DataSet data) throws IOException {
        try (History history = History.open(path)) {
            RunScores scores = RunScores.of(history);
            Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
            if (!scores.fingerprint().equals(fingerprint)) {
                throw new StudyException("--ranking " + path + " is of another data set: its fingerprint is "
                        + scores.fingerprint() + " where " + data.name() + " has " + fingerprint
                        + "; rank by a run over the same images and labels");
            }
            return DifficultyScores.of(RunAggregate.of(List.of(scores)));
        }
    }

    private double[] ofTable(DataSet data) throws IOException {
        List<String> header = header();
        if (header.contains(LABEL)) {
            requireLabels(column(LABEL, data), data);
        }
        double[] scores = column(column, data);
        if (LARGE_IS_EASY.contains(column)) {
            Arrays.setAll(scores, id -> -scores[id]);
        }
        if (column.equals(FORGETTING_EVENTS) && header.contains(NEVER_LEARNED_RUNS)) {
            double[] never = column(NEVER_LEARNED_RUNS, data);
            Arrays.setAll(scores, id -> scores[id] + Difficulty.AFTER_EVERY_COUNT * never[id]);
        }
        return scores;
    }

    private List<String> header() throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            String line = reader.readLine();
            return line == null
                    ? List.of()
                    : Arrays.stream(line.split("[,;\t]")).map(name -> name.replace("\"", "").strip()).toList();
        }
    }

    private double[] column(String name, DataSet data) throws IOException {
        return complete(ImportedScores.csv(path, "id", name, data.train().examples()), data);
    }

    private double[] complete(ImportedScores scores, DataSet data) {
        if (scores.scored() != data.train().examples()) {
            throw new StudyException("--ranking " + path + " has scores of " + scores.scored() + " of the "
                    + data.train().examples() + " training examples of " + data.name()
                    + ": it is of another data set, or of a part of it");
        }
        return scores.toArray();
    }

    private void requireLabels(double[] labels, DataSet data) {
        for (int id = 0; id < labels.length; id++) {
            if (labels[id] != data.train().label(id)) {
                throw new StudyException("--ranking " + path + " is of another data set: it has label="
                        + Math.round(labels[id]) + " at id=" + id + " where " + data.name() + " has label="
                        + data.train().label(id));
            }
        }
    }
}
