package dev.lethe.study.control;

import dev.lethe.report.Block;
import dev.lethe.report.Figure;
import dev.lethe.report.GroupHistogram;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunSpec;
import dev.lethe.study.Claim;
import dev.lethe.study.EventShares;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudySubject;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Study of forgetting by chance: a second network beside each gets the same updates with their
 * elements shuffled. Toneva et al., ICLR 2019, section 4 and appendix.
 */
public final class ChanceStudy implements Study {
    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("chance",
            "How often are images forgotten by chance? A control whose updates are shuffled.", List.of(),
            _ -> new ChanceStudy());
    /** Largest number of events by chance in the paper, as far as its figure can be read. */
    private static final int PAPER_MOST = 2;

    @Override
    public String name() {
        return TYPE.name();
    }

    private static List<RunSpec> controls(StudySettings settings) {
        return settings.specs().stream().map(spec -> spec.with(new Procedure.ShuffledUpdates())).toList();
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        return Stream.concat(settings.specs().stream(), controls(settings).stream()).toList();
    }

    /**
     * Results of the study: {@code results.json}.
     *
     * @param data name of the data set
     * @param model network of the zoo
     * @param epochs epochs of each run
     * @param seeds number of runs of each kind
     * @param meanEvents forgetting events of an image in a run
     * @param meanEventsByChance forgetting events of an image in a run with shuffled updates
     * @param mostEventsByChance largest number of events by chance that an image has in the mean over runs
     * @param shareUnderOneByChance share of the images with less than one event by chance in the mean over runs
     */
    public record Results(String data, String model, int epochs, int seeds, double meanEvents,
            double meanEventsByChance, double mostEventsByChance, double shareUnderOneByChance) {}

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        return conclude(context.subject(), context.forgetting(context.settings().specs()),
                context.forgetting(controls(context.settings())));
    }

    static StudyOutcome conclude(StudySubject subject, List<ForgettingScores> trained,
            List<ForgettingScores> controls) {
        double[] byChance = meanEvents(controls);
        double most = Arrays.stream(byChance).max().orElseThrow();
        Results results = new Results(subject.data(), subject.model(), subject.epochs(), subject.seeds(),
                Arrays.stream(meanEvents(trained)).average().orElseThrow(),
                Arrays.stream(byChance).average().orElseThrow(), most,
                Arrays.stream(byChance).map(events -> events < 1 ? 1 : 0).average().orElseThrow());
        return new StudyOutcome("Forgetting by chance: " + subject.title(), results, finding(results), List.of(),
                List.of(),
                List.of(Claim.of("events by chance: at most, in the mean over runs", String.valueOf(PAPER_MOST),
                        Text.number(most, 1), most <= PAPER_MOST + 0.5,
                        "the paper's figure is read from a picture, of CIFAR-10").comparable(subject.isCifar10())),
                List.of(Section.of("Forgetting in training and by chance", Block.figures(figure(trained, controls)))),
                Map.of());
    }

    /** Returns the forgetting events of each image, mean over runs. */
    private static double[] meanEvents(List<ForgettingScores> runs) {
        return IntStream.range(0, runs.getFirst().examples()).mapToDouble(
                id -> runs.stream().mapToInt(run -> run.forgettingEvents(id)).average().orElseThrow()).toArray();
    }

    private static Paragraph finding(Results results) {
        return Paragraph.EMPTY.strong(Text.number(results.meanEventsByChance(), 3) + " events an image by chance, "
                + Text.number(results.meanEvents(), 3) + " in training; "
                + Text.percent(results.shareUnderOneByChance()) + " of the images have less than one by chance, and "
                + "none more than " + Text.number(results.mostEventsByChance(), 1) + " in the mean over runs.");
    }

    private static Figure figure(List<ForgettingScores> trained, List<ForgettingScores> controls) {
        EventShares usual = EventShares.of(trained);
        EventShares shuffled = EventShares.of(controls);
        return new GroupHistogram().add("training", Ink.BLUE, usual.byEvents(), usual.neverLearned())
                .add("shuffled updates", Ink.ORANGE, shuffled.byEvents(), shuffled.neverLearned())
                .whole("chance-histogram",
                        "The share of the training images by the number of times they were forgotten, by networks that "
                                + "were trained, and by networks whose updates had their elements shuffled. The latter "
                                + "learn nothing: what they predict right, they predict right by chance.",
                        "Bar chart: forgetting events in training and with shuffled updates");
    }
}
