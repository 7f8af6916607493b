package dev.lethe.study.noise;

import dev.lethe.report.Axis;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import dev.lethe.report.XyFigure;
import dev.lethe.tracker.rank.Detection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How well scores find wrong labels, as curves. */
final class DetectionFigures {
    /** Of a curve; more could not be told apart. */
    private static final int POINTS = 400;
    /** Where the axis of false positives begins. */
    private static final double LEAST_PERCENT = 0.01;
    private static final Map<String, Ink> INKS = Map.of(LabelErrorScore.COMBINED, Ink.GREEN, LabelErrorScore.AUM,
            Ink.BLUE, LabelErrorScore.EL2N, Ink.ORANGE, LabelErrorScore.CONFIDENCE, Ink.SKY, LabelErrorScore.LOSS,
            Ink.PURPLE, LabelErrorScore.FORGETTING, Ink.VERMILLION, LabelErrorScore.NEVER_LEARNED_LAST, Ink.AXIS);
    private static final Map<String, String> TITLES = Map.of(LabelErrorScore.COMBINED, "combined score",
            LabelErrorScore.AUM, "AUM", LabelErrorScore.EL2N, "EL2N", LabelErrorScore.CONFIDENCE, "confidence",
            LabelErrorScore.LOSS, "loss", LabelErrorScore.FORGETTING, "forgetting events",
            LabelErrorScore.NEVER_LEARNED_LAST, "forgetting events, never learned last");

    private DetectionFigures() {}

    /** For people. */
    static String title(String score) {
        return TITLES.get(score);
    }

    /** A measure of each. */
    static Map<String, Double> map(Map<String, Detection> detections, ToDoubleFunction<Detection> measure) {
        Map<String, Double> values = new LinkedHashMap<>();
        detections.forEach((name, detection) -> values.put(name, measure.applyAsDouble(detection)));
        return values;
    }

    /** The ROC curve and precision against recall. */
    static List<Figure> of(Map<String, Detection> detections) {
        XyFigure roc = XyFigure.of(
                Axis.of("right labels that are found too (%)", Axis.Scale.LOG).from(LEAST_PERCENT).to(100),
                share("wrong labels that are found").from(0).to(1.02));
        XyFigure precision = XyFigure.of(share("wrong labels that are found").from(0).to(1),
                share("precision").from(0).to(1.02));
        detections.forEach((name, detection) -> {
            int[] shown = shown(detection);
            double[] recall = values(shown, detection::recall);
            roc.line(title(name), INKS.get(name), values(shown, t -> 100 * detection.falsePositiveRate(t)), recall);
            precision.line(title(name), INKS.get(name), recall, values(shown, detection::precision));
        });
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

    private static int[] shown(Detection detection) {
        int thresholds = detection.thresholds();
        return IntStream.range(0, Math.min(POINTS, thresholds))
                .map(i -> thresholds <= POINTS ? i : (int) ((long) i * (thresholds - 1) / (POINTS - 1))).toArray();
    }

    /** A value of a threshold. */
    private interface Value {
        double at(int threshold);
    }

    private static double[] values(int[] thresholds, Value value) {
        return IntStream.of(thresholds).mapToDouble(value::at).toArray();
    }
}
