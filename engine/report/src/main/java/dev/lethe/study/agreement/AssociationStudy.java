package dev.lethe.study.agreement;

import dev.lethe.report.Axis;
import dev.lethe.report.Block;
import dev.lethe.report.DensityFigure;
import dev.lethe.report.Fact;
import dev.lethe.report.Figure;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.run.RunSpec;
import dev.lethe.study.Claim;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudySubject;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.score.KnownScore;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Study of the correlation between forgetting events and another score of the same examples: Toneva et al., ICLR 2019,
 * section 4. Never-learned examples have no count and are left out.
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

    /** Correlations nearer to 0 than this are too weak to speak of a direction. */
    private static final double WEAK = 0.05;
    /** Distance from the paper's correlation up to which both are taken to agree. */
    private static final double NEAR = 0.15;

    /** The other score, with its words and the paper's figure. */
    enum Other {
        /** The presentation at which an example was first predicted right. */
        FIRST_LEARNED("first-learned", Score.FIRST_LEARNED, "presentation at which first learned",
                "the sooner they were first learned", "the later they were first learned", 0.56),
        /** The mean margin. */
        MARGIN("margin", Score.MARGIN, "mean margin (logits)", "the smaller their margin", "the larger their margin",
                -0.74);

        private final String study;
        private final KnownScore score;
        private final String label;
        private final String small;
        private final String large;
        private final double paper;

        Other(String study, KnownScore score, String label, String small, String large, double paper) {
            this.study = study;
            this.score = score;
            this.label = label;
            this.small = small;
            this.large = large;
            this.paper = paper;
        }
    }

    /**
     * Forgetting events and the other score of the examples that a run learned, in the order of their ids.
     *
     * @param events (examples) forgetting events
     * @param scores (examples) values of the other score
     */
    record Pairs(double[] events, double[] scores) {
        static Pairs of(RunScores run, KnownScore score) {
            RunAggregate alone = RunAggregate.of(List.of(run));
            int[] learned = IntStream.range(0, run.examples()).filter(id -> !alone.neverLearned(id)).toArray();
            return new Pairs(IntStream.of(learned).mapToDouble(alone::forgettingEvents).toArray(),
                    IntStream.of(learned).mapToDouble(id -> score.of(alone, id)).toArray());
        }
    }

    /**
     * Results of the study: {@code results.json}.
     *
     * @param data name of the data set
     * @param model network of the zoo
     * @param epochs epochs of each run
     * @param seeds number of runs
     * @param spearman mean over runs of Spearman's correlation of events and score over the learned examples; NaN
     *        where it is not defined
     * @param spearmanPerSeed correlation in each run; NaN where it is not defined
     * @param learned number of examples that the last run learned
     */
    public record Results(String data, String model, int epochs, int seeds, double spearman,
            List<Double> spearmanPerSeed, int learned) {}

    private final Other other;

    /** Makes a study of a score. */
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

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        return conclude(context.subject(), context.scores(context.settings().specs()));
    }

    StudyOutcome conclude(StudySubject subject, List<RunScores> runs) {
        List<Pairs> pairs = runs.stream().map(run -> Pairs.of(run, other.score)).toList();
        List<Double> correlations = pairs.stream()
                .map(run -> CorrelationCoefficient.SPEARMAN.of(run.events(), run.scores())).toList();
        double mean = correlations.stream().mapToDouble(c -> c).average().orElseThrow();
        String paper = Text.number(other.paper, 2) + " (CIFAR-10)";
        return new StudyOutcome("Forgetting and " + other.label + ": " + subject.title(),
                new Results(subject.data(), subject.model(), subject.epochs(), subject.seeds(), mean, correlations,
                        pairs.getLast().events().length),
                finding(mean), List.of(),
                List.of(new Fact("Spearman's correlation, mean over runs", Text.number(mean, 3), paper)),
                List.of(claim(subject, mean, paper)),
                List.of(Section.of("Forgetting and " + other.label, Block.figures(figure(subject, pairs.getLast())))),
                Map.of());
    }

    private Claim claim(StudySubject subject, double mean, String paper) {
        String why = subject.isCifar10()
                ? subject.model() + ", " + Text.count(subject.epochs(), "epoch")
                : "the paper's figure is for CIFAR-10";
        return Claim.of("Spearman's correlation of forgetting events and " + other.label, paper, Text.number(mean, 2),
                Math.abs(mean - other.paper) <= NEAR, why).comparable(subject.isCifar10());
    }

    private Paragraph finding(double mean) {
        Paragraph correlation = Paragraph.EMPTY.strong("Spearman's correlation of forgetting events and " + other.label
                + " is " + Text.number(mean, 3)).plain(" (paper, CIFAR-10: " + Text.number(other.paper, 2) + ")");
        if (!(Math.abs(mean) >= WEAK)) { // nor is it where it is not defined
            return correlation.plain(": the one says next to nothing about the other.");
        }
        return correlation.plain(": images are forgotten more often " + (mean < 0 ? other.small : other.large) + ".");
    }

    private Figure figure(StudySubject subject, Pairs last) {
        boolean counts = other == Other.FIRST_LEARNED; // from 0, and figures count presentations from 1
        double[] scores = IntStream.range(0, last.scores().length).mapToDouble(i -> last.scores()[i] + (counts ? 1 : 0))
                .toArray();
        return DensityFigure
                .of(Axis.of("forgetting events", Axis.Scale.WHOLE),
                        Axis.of(other.label, counts ? Axis.Scale.WHOLE : Axis.Scale.LINEAR), last.events(), scores)
                .half(other.study + "-density",
                        "Training images by forgetting events and " + other.label + ", in the run of seed "
                                + subject.seeds() + ".",
                        "Two-dimensional histogram of forgetting events and " + other.label);
    }
}
