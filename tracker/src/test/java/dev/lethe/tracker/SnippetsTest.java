package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.LateErrors;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.Examples;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examples of the package's documentation, the regions of which Javadoc and the README show. */
class SnippetsTest {
    private static final int EXAMPLES = 6;
    private static final int EPOCHS = 4;

    @TempDir
    private Path folder;

    /** Receiver of a trainer's predictions. */
    private interface Predictions {
        void record(int id, boolean correct, float margin, float el2n, float probability, float loss);
    }

    /** Trainer that learns even ids at once and never forgets them, and forgets odd ids in every other epoch. */
    private static final class Trainer {
        private int epoch;

        void trainOneEpoch(Predictions predictions) {
            for (int id = 0; id < EXAMPLES; id++) {
                predictions.record(id, id % 2 == 0 || epoch % 2 == 0, 1, 0.1f, 0.9f, 0.1f);
            }
            epoch++;
        }
    }

    private static int[] worthKeeping(Path file, int examples, int epochs, Trainer trainer) throws IOException {
        // @start region="record"
        try (ForgettingTracker tracker = ForgettingTracker.create(file, TrackerSpec.of(examples, epochs))) {
            while (tracker.committedEpochs() < epochs) {
                trainer.trainOneEpoch(tracker::record); // id, correct, margin, EL2N, probability, loss
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                ForgettingScores scores = ForgettingScores.of(history);
                return IntStream.range(0, examples).filter(id -> !scores.unforgettable(id)).toArray(); // worth keeping
            }
        }
        // @end
    }

    private record Comparison(int[] order, double agreement) {}

    private static Comparison compare(Path file, Path otherFile) throws IOException {
        int[] order;
        double agreement;
        // @start region="rank"
        try (History history = History.open(file); History other = History.open(otherFile)) {
            ForgettingScores scores = ForgettingScores.of(history);
            order = Ranking.byForgetting(scores).order(); // ids from the least to the most forgotten
            agreement = CorrelationCoefficient.SPEARMAN.of(scores, ForgettingScores.of(other), NeverLearned.LAST);
        }
        // @end
        return new Comparison(order, agreement);
    }

    private record Scored(double[] el2n, double[] margin, int[] neverLearned, int[] unforgettable, double[] events) {}

    private static Scored score(Path file) throws IOException {
        double[] el2n;
        double[] margin;
        int[] neverLearned;
        int[] unforgettable;
        double[] events;
        // @start region="scores"
        try (History history = History.open(file)) {
            el2n = Score.EL2N.of(history); // [example]; so does every score
            margin = Score.parse("margin").of(history); // by any of its names

            ForgettingScores forgetting = ForgettingScores.of(history);
            neverLearned = forgetting.neverLearnedIds(); // ids, ascending
            unforgettable = forgetting.unforgettableIds();
            events = forgetting.forgettingEvents(NeverLearned.LAST); // or AS_EPOCHS, or SEPARATE: NaN
        }
        // @end
        return new Scored(el2n, margin, neverLearned, unforgettable, events);
    }

    private static Map<String, double[]> table(Path file) throws IOException {
        // @start region="everyScore"
        try (History history = History.open(file)) {
            return Score.allOf(history); // "aum", "el2n", "confidence", ... in one call
        }
        // @end
    }

    @Test
    void shouldGiveScoresAsArrays() throws IOException {
        Path file = folder.resolve("run.lethe");
        worthKeeping(file, EXAMPLES, EPOCHS, new Trainer());
        Scored scored = score(file);
        assertArrayEquals(new double[]{0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, scored.el2n, 1e-6);
        assertArrayEquals(new double[]{1, 1, 1, 1, 1, 1}, scored.margin);
        assertArrayEquals(new int[0], scored.neverLearned);
        assertArrayEquals(new int[]{0, 2, 4}, scored.unforgettable);
        assertArrayEquals(new double[]{0, 2, 0, 2, 0, 2}, scored.events);
        assertArrayEquals(scored.el2n, table(file).get("el2n"));
    }

    private static int[] kept(Path file, int[] labels, int classes) throws IOException {
        // @start region="ownScoreAndRule"
        RemovalRule rule = RemovalRule.hardest(new LateErrors()); // or new Balanced(Score.EL2N), or easiest, block, ...
        try (History history = History.open(file)) {
            DifficultyScores scores = DifficultyScores.of(rule.scores(), List.of(history)); // of one run or several
            Examples examples = new Examples(labels, classes, 0, 1); // no floor by class, seed 1
            return rule.select(examples, scores, labels.length / 2).kept(); // ids
        }
        // @end
    }

    @Test
    void shouldSelectByAScoreOfOnesOwn() throws IOException {
        Path file = folder.resolve("run.lethe");
        worthKeeping(file, EXAMPLES, EPOCHS, new Trainer());
        assertArrayEquals(new int[]{0, 2, 4}, kept(file, new int[EXAMPLES], 1), "odd ids are wrong in the last epoch");
    }

    @Test
    void shouldFindTheExamplesWorthKeeping() throws IOException {
        assertArrayEquals(new int[]{1, 3, 5}, worthKeeping(folder.resolve("run.lethe"), EXAMPLES, EPOCHS,
                new Trainer()));
    }

    @Test
    void shouldRankExamplesAndCompareRuns() throws IOException {
        Path file = folder.resolve("run.lethe");
        worthKeeping(file, EXAMPLES, EPOCHS, new Trainer());
        Comparison comparison = compare(file, file);
        assertArrayEquals(new int[]{0, 2, 4, 1, 3, 5}, comparison.order);
        assertEquals(1, comparison.agreement, 1e-12);
    }
}
