package dev.lethe.study.forgetting;

import dev.lethe.report.CurveFigure;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import java.util.List;
import java.util.stream.IntStream;

/** Figure of the share of the training images that were learned and then forgotten at most n times. */
final class CumulativeShare {
    private CumulativeShare() {}

    /** Draws a curve for each run. */
    public static Figure figure(EventDistribution distribution) {
        List<double[]> curves = IntStream.range(0, distribution.runs()).mapToObj(run -> shares(distribution, run))
                .toList();
        return new CurveFigure("forgetting events, at most", 0, "share of training images", CurveFigure.Scale.PERCENT)
                .add("learned, and forgotten at most x times", Ink.BLUE, curves)
                .figure("cumulative-share", "The share of the training images that were learned and then forgotten at "
                        + "most the number of times on the axis. The rest, up to 100%, was never learned."
                        + LearningCurves.lines(distribution.runs()),
                        "Line chart: share of images by the most forgetting events");
    }

    private static double[] shares(EventDistribution distribution, int run) {
        double[] shares = new double[distribution.mostEvents() + 1];
        long examples = 0;
        for (int events = 0; events < shares.length; events++) {
            examples += distribution.withEvents(run, events);
            shares[events] = (double) examples / distribution.examples();
        }
        return shares;
    }
}
