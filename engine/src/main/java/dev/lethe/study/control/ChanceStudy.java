package dev.lethe.study.control;

import dev.lethe.report.Block;
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
import dev.lethe.study.StudyType;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How often are images forgotten by chance? A second network beside each gets the same updates with their elements
 * shuffled: Toneva et al., ICLR 2019, section 4 and appendix.
 */
public final class ChanceStudy implements Study {
    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("chance",
            "How often are images forgotten by chance? A control whose updates are shuffled.", List.of(),
            _ -> new ChanceStudy());
    /** At most so many events by chance in the paper, as far as its figure can be read. */
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
     * {@code results.json}.
     *
     * @param meanEvents forgetting events of an image in a run
     * @param meanEventsByChance the same with shuffled updates, mean over images and runs
     * @param mostEventsByChance events by chance of an image in the mean over runs, at most
     * @param shareUnderOneByChance share of the images with less than one event by chance in the mean over runs
     */
    public record Results(String data, String model, int epochs, int seeds, double meanEvents,
            double meanEventsByChance, double mostEventsByChance, double shareUnderOneByChance) {}

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        StudySettings settings = context.settings();
        List<ForgettingScores> trained = context.scores(settings.specs()).stream().map(RunScores::forgetting)
                .toList();
        List<ForgettingScores> chance = new ArrayList<>();
        for (RunSpec spec : controls(settings)) {
            chance.add(context.runs().get(spec).scores().forgetting());
        }
        int examples = trained.getFirst().examples();
        double most = 0;
        int under = 0;
        for (int id = 0; id < examples; id++) {
            int image = id;
            double events = chance.stream().mapToInt(run -> run.forgettingEvents(image)).average().orElseThrow();
            most = Math.max(most, events);
            under += events < 1 ? 1 : 0;
        }
        Results results = new Results(context.data().name(), settings.run().model(),
                settings.run().training().epochs(), settings.seeds(), mean(trained), mean(chance), most,
                (double) under / examples);
        BitSet all = new BitSet();
        all.set(0, examples);
        EventShares usual = EventShares.of(trained, all);
        EventShares shuffled = EventShares.of(chance, all);
        String said = Text.number(results.meanEventsByChance(), 3) + " events an image by chance, "
                + Text.number(results.meanEvents(), 3) + " in training; "
                + Text.percent(results.shareUnderOneByChance()) + " of the images have less than one by chance, and "
                + "none more than " + Text.number(results.mostEventsByChance(), 1) + " in the mean over runs";
        return new StudyOutcome("Forgetting by chance: " + results.data() + ", " + results.model(), results,
                Paragraph.EMPTY.strong(said + "."), List.of(), List.of(),
                List.of(Claim.of("events by chance: at most, in the mean over runs", String.valueOf(PAPER_MOST),
                        Text.number(most, 1), most <= PAPER_MOST + 0.5, "the paper's figure is read from a picture, of "
                                + "CIFAR-10")
                        .comparable(results.data().equals("cifar10"))),
                List.of(Section.of("Forgetting in training and by chance",
                        Block.figures(new GroupHistogram()
                                .add("training", Ink.BLUE, usual.byEvents(), usual.neverLearned())
                                .add("shuffled updates", Ink.ORANGE, shuffled.byEvents(), shuffled.neverLearned())
                                .whole("chance-histogram",
                                        "The share of the training images that were forgotten so many "
                                                + "times by networks that were trained, and by networks "
                                                + "whose updates had their "
                                                + "elements shuffled. The latter learn nothing: what "
                                                + "they predict right, they "
                                                + "predict right by chance.",
                                        "Bar chart: forgetting events in training and with shuffled updates")))),
                Map.of());
    }

    private static double mean(List<ForgettingScores> runs) {
        double events = 0;
        for (ForgettingScores run : runs) {
            for (int id = 0; id < run.examples(); id++) {
                events += run.forgettingEvents(id);
            }
        }
        return events / runs.size() / runs.getFirst().examples();
    }
}
