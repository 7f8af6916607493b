package dev.lethe.study;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/**
 * Runs whose histories are written out: of every example a text with one digit an epoch, 1 where it was predicted
 * right. Example {@code i} has the margin {@code 10 - i} throughout.
 */
public final class MadeUpRuns {
    private MadeUpRuns() {}

    /** Records a history in memory; the caller closes it. */
    public static History history(String... histories) {
        int epochs = histories[0].length();
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(histories.length, epochs))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int example = 0; example < histories.length; example++) {
                    tracker.record(example, histories[example].charAt(epoch) == '1', 10 - example, 0.5f, 0.5f, 0.7f);
                }
                tracker.commitEpoch();
            }
            return tracker.history();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Computes the scores of a run. */
    public static RunScores scores(String... histories) {
        try (History history = history(histories)) {
            return RunScores.of(history);
        }
    }

    /** Returns the forgetting events of runs. */
    public static List<ForgettingScores> forgetting(RunScores... runs) {
        return Arrays.stream(runs).map(RunScores::forgetting).toList();
    }
}
