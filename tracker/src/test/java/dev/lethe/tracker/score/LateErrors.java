package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import java.util.Arrays;

/** A score of one's own, which the class path of the tests provides. */
// @start region="ownScore"
public record LateErrors() implements Score {
    @Override
    public String text() {
        return "late_errors"; // a name stands for one definition: give a changed score another
    }

    @Override
    public boolean isHardWhereLarge() {
        return true;
    }

    @Override
    public double[] of(History history) { // how often an example was predicted wrong in the last quarter of the epochs
        ForgettingScores early = ForgettingScores.of(history, history.epochs() * 3 / 4);
        ForgettingScores all = ForgettingScores.of(history);
        double[] errors = new double[history.examples()];
        Arrays.setAll(errors, id -> wrong(all, id) - wrong(early, id));
        return errors;
    }

    private static int wrong(ForgettingScores scores, int id) {
        return scores.presentations(id) - scores.correctPresentations(id);
    }
}
// @end
