package dev.lethe.study.forgetting;

import dev.lethe.report.CurveFigure;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import dev.lethe.tracker.score.ForgettingScores;
import java.util.List;

/** Figure of the share of the training images that were predicted right at least once, by presentations. */
final class LearnedSoFar {
    private LearnedSoFar() {}

    /** Draws a curve for each run. */
    public static Figure figure(List<ForgettingScores> runs) {
        return new CurveFigure("presentations of an image", 1, "share of training images", CurveFigure.Scale.PERCENT)
                .add("learned at least once so far", Ink.GREEN, runs.stream().map(LearnedSoFar::shares).toList())
                .figure("learned-so-far", "The share of the training images that were predicted right at least once by "
                        + "the number of presentations on the axis." + LearningCurves.lines(runs.size()),
                        "Line chart: share of images learned, by presentations");
    }

    private static double[] shares(ForgettingScores run) {
        double[] shares = new double[run.epochs()];
        for (int example = 0; example < run.examples(); example++) {
            if (!run.neverLearned(example)) {
                shares[run.firstLearned(example)]++;
            }
        }
        double examples = 0;
        for (int i = 0; i < shares.length; i++) {
            examples += shares[i];
            shares[i] = examples / run.examples();
        }
        return shares;
    }
}
