package dev.lethe.study.forgetting;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.report.Fact;
import dev.lethe.report.Report;
import dev.lethe.report.ReportContent;
import dev.lethe.study.MadeUpRuns;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.train.EpochMetrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A study of made-up runs, whose histories are written out as in {@link MadeUpRuns}. Example {@code i} has label
 * {@code i % classes}.
 */
public final class MadeUpStudy {
    private final List<String> classNames;
    private final DataSet data;
    private final List<ReportedRun> runs = new ArrayList<>();

    private MadeUpStudy(List<String> classNames, ImageSet images) {
        this.classNames = classNames;
        this.data = new DataSet("made-up", images, images, classNames,
                new Normalization(Collections.nCopies(images.channels(), 0.5f),
                        Collections.nCopies(images.channels(), 0.25f)));
    }

    /** Makes a study of gray images of 4 x 4 pixels. */
    public static MadeUpStudy gray(int examples, String... classNames) {
        return new MadeUpStudy(List.of(classNames), images(examples, classNames.length, 4, 4, 1));
    }

    /** Makes a study of colour images of 4 x 4 pixels. */
    public static MadeUpStudy colour(int examples, String... classNames) {
        return new MadeUpStudy(List.of(classNames), images(examples, classNames.length, 4, 4, 3));
    }

    /** Returns images, where byte {@code i} of all pixels is {@code i}. */
    public static ImageSet images(int examples, int classes, int height, int width, int channels) {
        byte[] pixels = new byte[examples * height * width * channels];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        return ImageSet.of(pixels, IntStream.range(0, examples).map(i -> i % classes).toArray(), height, width,
                channels);
    }

    /** Adds a run: its examples' histories in order. A wrong prediction is the class after the label. */
    public MadeUpStudy run(String... histories) {
        int epochs = histories[0].length();
        int[] predictions = IntStream.range(0, histories.length)
                .map(i -> (i + (histories[i].endsWith("1") ? 0 : 1)) % classNames.size()).toArray();
        runs.add(new ReportedRun(runs.size(), metrics(epochs), MadeUpRuns.scores(histories), predictions));
        return this;
    }

    /** Returns the runs so far, with a suspicion of each label; without any where it is not known. */
    public ReportedRuns reported(double... suspicion) {
        return new ReportedRuns(data, RunAggregate.of(runs.stream().map(ReportedRun::scores).toList()), runs,
                suspicion);
    }

    /** Returns the report as an HTML document. */
    public String html(double... suspicion) {
        ReportedRuns reported = reported(suspicion);
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("backend", "reference");
        provenance.put("data fingerprint", data.fingerprintHex());
        return Report.html(new ReportContent("A <study>", "./lethe study forgetting --data \"made up\"",
                ForgettingReport.finding(reported),
                List.of(new Fact("Unforgettable", "50% & more", "91.7%"), new Fact("Speed", "9 images/s")),
                ForgettingReport.sections(reported), provenance));
    }

    private static List<EpochMetrics> metrics(int epochs) {
        return IntStream.rangeClosed(1, epochs).mapToObj(
                epoch -> new EpochMetrics(epoch, 1.0 / epoch, 1 - 0.5 / epoch, 0.9 / epoch, 1 - 0.4 / epoch, 1, 0, 9))
                .toList();
    }
}
