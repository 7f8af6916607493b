package dev.lethe.study.run;

import dev.lethe.data.DataSet;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.interchange.ImportedScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.select.DifficultyScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Scores in a file: a history ({@code .lethe}), from which every score can be had, or a table ({@code .csv} with the
 * columns {@code id} and the named one) or an array ({@code .npy}) of one score, the larger the harder.
 *
 * @param path of the file
 * @param column of a table
 */
public record RankingFile(Path path, String column) {
    /** The column that scores.csv is ranked by where none is named. */
    public static final String FORGETTING_EVENTS = "forgetting_events";

    /**
     * Reads the scores.
     *
     * @throws StudyException when the file cannot be read, or is of another data set
     */
    DifficultyScores read(DataSet data) throws IOException {
        String name = String.valueOf(path.getFileName());
        int examples = data.train().examples();
        if (!Files.isRegularFile(path)) {
            throw new StudyException("--ranking " + path + " is no file: name a history.lethe, a .csv or a .npy");
        }
        try {
            if (name.endsWith(".lethe")) {
                return ofHistory(data);
            }
            ImportedScores scores = name.endsWith(".npy")
                    ? ImportedScores.npy(path, examples)
                    : ImportedScores.csv(path, "id", column, examples);
            if (scores.scored() != examples) {
                throw new StudyException("--ranking " + path + " has scores of " + scores.scored() + " of the "
                        + examples + " training examples of " + data.name() + ": it is of another data set");
            }
            return DifficultyScores.imported(scores.toArray());
        } catch (IllegalArgumentException e) {
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
}
