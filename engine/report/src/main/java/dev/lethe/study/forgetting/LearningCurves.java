package dev.lethe.study.forgetting;

import dev.lethe.report.CurveFigure;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import dev.lethe.train.EpochMetrics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures of accuracy and loss after each epoch, on the training images as presented and on test images. */
final class LearningCurves {
    private static final String TRAIN = "training images, as presented";
    private static final String TEST = "test images";

    private LearningCurves() {}

    /** Draws the accuracies of all runs on training and test images, epoch by epoch. */
    public static Figure accuracy(List<ReportedRun> runs) {
        return new CurveFigure("epoch", 1, "accuracy", CurveFigure.Scale.PERCENT)
                .add(TRAIN, Ink.ORANGE, curves(runs, EpochMetrics::trainAccuracy))
                .add(TEST, Ink.BLUE, curves(runs, EpochMetrics::testAccuracy))
                .figure("accuracy-curves",
                        "Accuracy. Training images are counted as they were presented, before the network "
                                + "learned from them; test images after the epoch." + lines(runs.size()),
                        "Line chart: training and test accuracy against the epoch");
    }

    /** Draws the losses of all runs on training and test images, epoch by epoch. */
    public static Figure loss(List<ReportedRun> runs) {
        return new CurveFigure("epoch", 1, "cross-entropy (nats)", CurveFigure.Scale.FROM_ZERO)
                .add(TRAIN, Ink.ORANGE, curves(runs, EpochMetrics::trainLoss))
                .add(TEST, Ink.BLUE, curves(runs, EpochMetrics::testLoss))
                .figure("loss-curves", "Loss, of the same presentations and evaluations." + lines(runs.size()),
                        "Line chart: training and test loss against the epoch");
    }

    /** Returns the end of the caption of a figure that has a line for each run. */
    static String lines(int runs) {
        return runs == 1 ? "" : " One line a run.";
    }

    private static List<double[]> curves(List<ReportedRun> runs, ToDoubleFunction<EpochMetrics> metric) {
        return runs.stream().map(run -> run.epochs().stream().mapToDouble(metric).toArray()).toList();
    }
}
