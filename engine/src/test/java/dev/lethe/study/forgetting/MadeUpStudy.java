package dev.lethe.study.forgetting;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.report.Fact;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A study whose histories are written out: of every example a text with one digit an epoch, 1 where it was predicted
 * right. Example {@code i} has label {@code i % classes} and the margin {@code 10 - i} throughout.
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

    /** Of gray images of 4 x 4 pixels. */
    public static MadeUpStudy gray(int examples, String... classNames) {
        return new MadeUpStudy(List.of(classNames), images(examples, classNames.length, 4, 4, 1));
    }

    public static MadeUpStudy colour(int examples, String... classNames) {
        return new MadeUpStudy(List.of(classNames), images(examples, classNames.length, 4, 4, 3));
    }

    /** Byte {@code i} of all pixels is {@code i}. */
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
        runs.add(new ReportedRun(runs.size(), metrics(epochs), scores(histories), predictions));
        return this;
    }

    public ForgettingReportContent content() {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("backend", "reference");
        provenance.put("data fingerprint", data.fingerprintHex());
        return new ForgettingReportContent("A <study>", "./lethe study forgetting --data \"made up\"",
                List.of(new Fact("Unforgettable", "50% & more", Optional.of("91.7%")),
                        new Fact("Speed", "9 images/s", Optional.empty())),
                data, RunAggregate.of(runs.stream().map(ReportedRun::scores).toList()), runs, provenance);
    }

    public String html() {
        return ForgettingReport.html(content());
    }

    public static RunScores scores(String... histories) {
        int epochs = histories[0].length();
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(histories.length, epochs))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int example = 0; example < histories.length; example++) {
                    tracker.record(example, histories[example].charAt(epoch) == '1', 10 - example, 0.5f, 0.5f, 0.7f);
                }
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                return RunScores.of(history);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<ForgettingScores> forgetting(RunScores... runs) {
        return Arrays.stream(runs).map(RunScores::forgetting).toList();
    }

    private static List<EpochMetrics> metrics(int epochs) {
        return IntStream.rangeClosed(1, epochs).mapToObj(
                epoch -> new EpochMetrics(epoch, 1.0 / epoch, 1 - 0.5 / epoch, 0.9 / epoch, 1 - 0.4 / epoch, 1, 0, 9))
                .toList();
    }
}
