package dev.lethe.study.noise;

import dev.lethe.data.PixelNoise;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.report.Axis;
import dev.lethe.report.Block;
import dev.lethe.report.Figure;
import dev.lethe.report.GroupHistogram;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.report.XyFigure;
import dev.lethe.run.RunSpec;
import dev.lethe.study.Claim;
import dev.lethe.study.EventShares;
import dev.lethe.study.OptionValue;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudySubject;
import dev.lethe.study.StudyType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Study of the effect of Gaussian noise in the pixels of all training images on forgetting: Toneva et al., ICLR 2019,
 * appendix.
 */
public final class PixelNoiseStudy implements Study {
    private static final StudyOption<Double> DEVIATIONS = StudyOption
            .of("--deviations", "STD", OptionValue.NUMBER,
                    "Standard deviations of the noise, in units of normalised pixels.")
            .with(StudyOption.Arity.SEVERAL).byDefault("0.5,1,2,10");

    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("pixel-noise",
            "How does Gaussian noise in the pixels of all training images change what is forgotten?",
            List.of(DEVIATIONS), request -> new PixelNoiseStudy(request.values(DEVIATIONS), request.noiseSeed()));
    private static final List<Ink> INKS = List.of(Ink.GREEN, Ink.SKY, Ink.BLUE, Ink.ORANGE, Ink.VERMILLION, Ink.PURPLE);

    private final List<Double> deviations;
    private final long seed;

    /**
     * Makes a study of noise in pixels.
     *
     * @param deviations standard deviations of the noise, in units of normalised pixels
     * @param seed seed of the noise
     */
    public PixelNoiseStudy(List<Double> deviations, long seed) {
        if (deviations.isEmpty() || deviations.size() >= INKS.size()) {
            throw new IllegalArgumentException("deviations=" + deviations + ": give 1 to " + (INKS.size() - 1));
        }
        this.deviations = deviations.stream().sorted().distinct().toList();
        this.deviations.forEach(deviation -> new PixelNoise(deviation, seed)); // which refuses what cannot be
        this.seed = seed;
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("deviations", deviations);
        map.put("pixel_noise_seed", seed);
        return map;
    }

    private StudySettings noisy(StudySettings settings, double deviation) {
        return settings.with(settings.changes().with(new PixelNoise(deviation, seed)));
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        Augmentation augmentation = settings.run().training().augmentation();
        if (augmentation.padding() > 0 && augmentation.border() == Augmentation.Border.BLACK) {
            throw new IllegalArgumentException("augmentation=" + augmentation + " pads images with black, which noisy "
                    + "images do not have: choose augmentation reflect:" + augmentation.padding()
                    + ", with what else there is, or none");
        }
        List<RunSpec> runs = new ArrayList<>(settings.specs());
        deviations.forEach(deviation -> runs.addAll(noisy(settings, deviation).specs()));
        return runs;
    }

    /**
     * Results of the study: {@code results.json}.
     *
     * @param data name of the data set
     * @param model network of the zoo
     * @param epochs epochs of each run
     * @param seeds number of runs with each strength of noise
     * @param levels one for each strength of noise in ascending order, the images as they are first
     */
    public record Results(String data, String model, int epochs, int seeds, List<Level> levels) {}

    /**
     * One strength of noise; means over runs.
     *
     * @param deviation standard deviation of the noise, in units of normalised pixels; 0 for the images as they are
     * @param unforgettableFraction share of the training images that are learned and never forgotten
     * @param neverLearnedFraction share of the training images that are never learned
     * @param meanEvents forgetting events of a learned image; NaN where none was learned
     * @param testAccuracy accuracy on test images without noise
     */
    public record Level(double deviation, double unforgettableFraction, double neverLearnedFraction, double meanEvents,
            double testAccuracy) {
        static Level of(double deviation, EventShares shares, double... accuracies) {
            return new Level(deviation, shares.unforgettable(), shares.neverLearned(), shares.meanEvents(),
                    Arrays.stream(accuracies).average().orElseThrow());
        }
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        List<Level> levels = new ArrayList<>();
        GroupHistogram histogram = new GroupHistogram();
        for (double deviation : DoubleStream.concat(DoubleStream.of(0), deviations.stream().mapToDouble(d -> d))
                .toArray()) {
            StudySettings settings = deviation == 0 ? context.settings() : noisy(context.settings(), deviation);
            EventShares shares = EventShares.of(context.forgetting(settings.specs()));
            histogram.add(deviation == 0 ? "no noise" : "noise " + deviation, INKS.get(levels.size()),
                    shares.byEvents(), shares.neverLearned());
            levels.add(Level.of(deviation, shares, context.accuracies(settings.specs())));
        }
        return conclude(context.subject(), levels, histogram);
    }

    static StudyOutcome conclude(StudySubject subject, List<Level> levels, GroupHistogram histogram) {
        boolean falls = IntStream.range(1, levels.size())
                .allMatch(i -> levels.get(i).unforgettableFraction() <= levels.get(i - 1).unforgettableFraction());
        String shares = levels.stream()
                .map(level -> Text.percent(level.unforgettableFraction()) + " at " + level.deviation())
                .collect(Collectors.joining(", "));
        return new StudyOutcome("Pixel noise: " + subject.title(),
                new Results(subject.data(), subject.model(), subject.epochs(), subject.seeds(), levels),
                Paragraph.EMPTY.strong("The share of unforgettable images " + (falls ? "falls" : "does not always fall")
                        + " as noise is added to their pixels").plain(", by its standard deviation: " + shares + "."),
                List.of(), List.of(),
                List.of(Claim.of("the unforgettable share falls as noise grows", "yes (CIFAR-10)", shares, falls, "")),
                List.of(Section.of("Forgetting by strength of noise",
                        Block.figures(figure(histogram), unforgettable(levels)), table(levels))),
                Map.of());
    }

    private static Figure figure(GroupHistogram histogram) {
        return histogram.whole("pixel-noise-histogram",
                "The share of the training images by the number of times they were forgotten, for images as they are "
                        + "and with Gaussian noise of a standard deviation, in units of normalised pixels, in all "
                        + "pixels.",
                "Bar chart: forgetting events by strength of noise");
    }

    private static Figure unforgettable(List<Level> levels) {
        return XyFigure.of(Axis.of("standard deviation of the noise", Axis.Scale.LINEAR),
                Axis.of("share of training images", Axis.Scale.PERCENT).from(0))
                .line("unforgettable", Ink.GREEN, levels.stream().mapToDouble(Level::deviation).toArray(),
                        levels.stream().mapToDouble(Level::unforgettableFraction).toArray())
                .line("never learned", Ink.VERMILLION, levels.stream().mapToDouble(Level::deviation).toArray(),
                        levels.stream().mapToDouble(Level::neverLearnedFraction).toArray())
                .half("pixel-noise-shares",
                        "The shares of the training images that are unforgettable and never learned, "
                                + "against the strength of the noise.",
                        "Line chart: unforgettable share against noise");
    }

    private static Block table(List<Level> levels) {
        return Block.table(List.of("noise", "unforgettable", "never learned", "mean events", "test accuracy"),
                levels.stream().map(level -> List.of(String.valueOf(level.deviation()),
                        Text.percent(level.unforgettableFraction()), Text.percent(level.neverLearnedFraction()),
                        Double.isNaN(level.meanEvents()) ? "" : Text.number(level.meanEvents(), 3),
                        Text.percent(level.testAccuracy(), 2))).toList());
    }
}
