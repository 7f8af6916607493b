package dev.lethe.study.agreement;

import dev.lethe.report.Axis;
import dev.lethe.report.Block;
import dev.lethe.report.DensityFigure;
import dev.lethe.report.Fact;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.run.RunSpec;
import dev.lethe.study.Claim;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How forgetting goes with another score of the same examples: Toneva et al., ICLR 2019, section 4. Never-learned
 * examples have no count and are left out.
 */
public final class AssociationStudy implements Study {
    /** The study of the presentation at which examples are first learned, on the command line. */
    public static final StudyType FIRST_LEARNED = new StudyType("first-learned",
            "How do the forgetting events of images go with the presentation at which they are first learned?",
            List.of(), _ -> new AssociationStudy(Other.FIRST_LEARNED));
    /** The study of margins, on the command line. */
    public static final StudyType MARGIN = new StudyType("margin",
            "How do the forgetting events of images go with their mean margin?", List.of(),
            _ -> new AssociationStudy(Other.MARGIN));

    /** The other score, with the words and the figure that the study needs. */
    enum Other {
        /** The presentation at which an example was first predicted right. */
        FIRST_LEARNED(Score.FIRST_LEARNED, "first-learned", "presentation at which first learned",
                "the sooner they were first learned",
                "the later they were first learned", Axis.Scale.WHOLE, 1, 0.56),
        /** The mean margin. */
        MARGIN(Score.MARGIN, "margin", "mean margin (logits)", "the smaller their margin", "the larger their margin",
                Axis.Scale.LINEAR, 0, -0.74);

        private static final double NEAR = 0.15;

        private final Score score;
        private final String study;
        private final String label;
        private final String small;
        private final String large;
        private final Axis.Scale scale;
        /** Added to values that count from 0, so that figures count from 1. */
        private final int first;
        private final double paper;

        Other(Score score, String study, String label, String small, String large, Axis.Scale scale, int first,
                double paper) {
            this.score = score;
            this.study = study;
            this.label = label;
            this.small = small;
            this.large = large;
            this.scale = scale;
            this.first = first;
            this.paper = paper;
        }
    }

    /** Correlations nearer to 0 than this are too weak to speak of a direction. */
    private static final double WEAK = 0.05;

    private final Other other;

    /** A study of that score. */
    AssociationStudy(Other other) {
        this.other = other;
    }

    @Override
    public String name() {
        return other.study;
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        return settings.specs();
    }

    /**
     * {@code results.json}.
     *
     * @param spearman mean over runs of Spearman's correlation of events and score over the learned examples; NaN
     *        where it is not defined
     * @param spearmanPerSeed correlation in each run; NaN where it is not defined
     * @param learned examples that the last run learned
     */
    public record Results(String data, String model, int epochs, int seeds, double spearman,
            List<Double> spearmanPerSeed, int learned) {}

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        StudySettings settings = context.settings();
        List<Double> correlations = new ArrayList<>();
        double[] events = {};
        double[] scores = {};
        for (RunScores run : context.scores(settings.specs())) {
            RunAggregate alone = RunAggregate.of(List.of(run));
            int[] learned = IntStream.range(0, run.examples()).filter(id -> !run.forgetting().neverLearned(id))
                    .toArray();
            events = IntStream.of(learned).mapToDouble(run.forgetting()::forgettingEvents).toArray();
            scores = IntStream.of(learned).mapToDouble(id -> other.score.of(alone, id) + other.first).toArray();
            correlations.add(CorrelationCoefficient.SPEARMAN.of(events, scores));
        }
        double mean = correlations.stream().mapToDouble(c -> c).average().orElseThrow();
        String data = context.data().name();
        Results results = new Results(data, settings.run().model(), settings.run().training().epochs(),
                settings.seeds(), mean, correlations, events.length);
        Section section = Section.of("Forgetting and " + other.label,
                Block.figures(DensityFigure.of(Axis.of("forgetting events", Axis.Scale.WHOLE),
                        Axis.of(other.label, other.scale), events, scores).half(other.study + "-density",
                                "Training images by forgetting events and " + other.label + ", in the run of seed "
                                        + settings.seeds() + ".",
                                "Two-dimensional histogram of forgetting events and " + other.label)));
        boolean agrees = Math.abs(mean - other.paper) <= Other.NEAR;
        return new StudyOutcome("Forgetting and " + other.label + ": " + data + ", " + settings.run().model(), results,
                finding(mean), List.of(),
                List.of(new Fact("Spearman's correlation, mean over runs", Text.number(mean, 3),
                        Optional.of(Text.number(other.paper, 2) + " (CIFAR-10)"))),
                List.of(Claim.of("Spearman's correlation of forgetting events and " + other.label,
                        Text.number(other.paper, 2) + " (CIFAR-10)", Text.number(mean, 2), agrees,
                        data.equals("cifar10") ? lengths(settings) : "the paper's figure is for CIFAR-10")
                        .comparable(data.equals("cifar10"))),
                List.of(section), Map.of());
    }

    private static String lengths(StudySettings settings) {
        return settings.run().model() + ", " + settings.run().training().epochs() + " epochs";
    }

    private Paragraph finding(double mean) {
        Paragraph correlation = Paragraph.EMPTY.strong("Spearman's correlation of forgetting events and " + other.label
                + " is " + Text.number(mean, 3)).plain(" (paper, CIFAR-10: " + Text.number(other.paper, 2) + ")");
        if (!(Math.abs(mean) >= WEAK)) { // nor is it where it is not defined
            return correlation.plain(": the one says next to nothing about the other.");
        }
        return correlation.plain(": images are forgotten more often " + (mean < 0 ? other.small : other.large) + ".");
    }
}
