package dev.lethe.study.noise;

import dev.lethe.report.Axis;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import dev.lethe.report.XyFigure;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.score.Score;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Curves of the detection of wrong labels by scores. */
final class DetectionFigures {
    /** Points of a curve; more could not be told apart. */
    private static final int POINTS = 400;
    /** Low end of the axis of false positives, in percent. */
    private static final double LEAST_PERCENT = 0.01;
    private static final List<Ink> INKS = List.of(Ink.GREEN, Ink.BLUE, Ink.ORANGE, Ink.SKY, Ink.PURPLE, Ink.AXIS,
            Ink.VERMILLION);

    private DetectionFigures() {}

    /** Draws the ROC curves and precision against recall. */
    static List<Figure> of(Map<Score, Detection> detections) {
        XyFigure roc = XyFigure.of(
                Axis.of("right labels that are found too (%)", Axis.Scale.LOG).from(LEAST_PERCENT).to(100),
                share("wrong labels that are found").from(0).to(1.02));
        XyFigure precision = XyFigure.of(share("wrong labels that are found").from(0).to(1),
                share("precision").from(0).to(1.02));
        int curve = 0;
        for (Map.Entry<Score, Detection> found : detections.entrySet()) {
            Ink ink = INKS.get(curve++ % INKS.size());
            String title = found.getKey().title();
            Detection detection = found.getValue();
            int[] shown = shown(detection);
            double[] recall = values(shown, detection::recall);
            roc.line(title, ink, values(shown, t -> 100 * detection.falsePositiveRate(t)), recall);
            precision.line(title, ink, recall, values(shown, detection::precision));
        }
        return List.of(
                roc.half("roc", "ROC curves: the wrong labels that a threshold finds, against the right ones that "
                        + "it finds too; on a logarithmic axis, as the first of these matter most.",
                        "Line chart: receiver operating characteristic of each score"),
                precision.half("precision-recall", "Precision: of what a threshold finds, the share that has a wrong "
                        + "label.", "Line chart: precision against recall of each score"));
    }

    private static Axis share(String label) {
        return Axis.of(label, Axis.Scale.PERCENT);
    }

    /** Returns the thresholds that are drawn: all, or as many as can be told apart, the last among them. */
    private static int[] shown(Detection detection) {
        int thresholds = detection.thresholds();
        return IntStream.range(0, Math.min(POINTS, thresholds))
                .map(i -> thresholds <= POINTS ? i : (int) ((long) i * (thresholds - 1) / (POINTS - 1))).toArray();
    }

    private static double[] values(int[] thresholds, IntToDoubleFunction value) {
        return IntStream.of(thresholds).mapToDouble(value).toArray();
    }
}
