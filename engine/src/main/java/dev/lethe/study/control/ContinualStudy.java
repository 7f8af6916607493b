package dev.lethe.study.control;

import dev.lethe.report.Axis;
import dev.lethe.report.Block;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.report.XyFigure;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.TasksCsv;
import dev.lethe.study.Claim;
import dev.lethe.study.OptionValue;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Are forgettable examples also those that are lost when a network turns to other data? A network is trained on two
 * tasks in turn, divided at random and by forgetting: Toneva et al., ICLR 2019, section 5.
 */
public final class ContinualStudy implements Study {
    private static final StudyOption<Integer> EXAMPLES = StudyOption
            .of("--task-examples", "N", OptionValue.WHOLE_NUMBER, "Images in each task.").byDefault("1000", "5000");
    private static final StudyOption<Integer> EPOCHS = StudyOption
            .of("--task-epochs", "N", OptionValue.WHOLE_NUMBER, "Epochs on a task before the other comes.")
            .byDefault("20");
    private static final StudyOption<Integer> ROUNDS = StudyOption
            .of("--rounds", "N", OptionValue.WHOLE_NUMBER, "How often each task comes.").byDefault("3");

    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("continual",
            "Are forgettable images those that are lost when a network turns to others? Trains on two tasks in turn, "
                    + "divided at random and by forgetting.",
            List.of(EXAMPLES, EPOCHS, ROUNDS), request -> new ContinualStudy(request.value(EXAMPLES),
                    request.value(ROUNDS), request.value(EPOCHS)));

    private final int examples;
    private final int rounds;
    private final int epochs;

    /**
     * A study of two tasks.
     *
     * @param examples in each
     * @param rounds how often each comes
     * @param epochs on one before the other comes
     */
    public ContinualStudy(int examples, int rounds, int epochs) {
        if (rounds < 2) {
            throw new IllegalArgumentException(
                    "rounds=" + rounds + ": at least 2 are needed, or nothing comes after the "
                            + "second task");
        }
        this.examples = examples;
        this.rounds = rounds;
        this.epochs = epochs;
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("task_examples", examples);
        map.put("rounds", rounds);
        map.put("task_epochs", epochs);
        return map;
    }

    private List<RunSpec> alternating(StudySettings settings, Procedure.Alternating.Tasks tasks) {
        List<RunSpec> rankers = tasks == Procedure.Alternating.Tasks.RANDOM ? List.of() : settings.specs();
        return settings.specs().stream()
                .map(spec -> spec.with(new Procedure.Alternating(tasks, examples, rounds, epochs, rankers))).toList();
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        List<RunSpec> runs = new ArrayList<>(settings.specs());
        for (Procedure.Alternating.Tasks tasks : Procedure.Alternating.Tasks.values()) {
            runs.addAll(alternating(settings, tasks));
        }
        return runs;
    }

    /**
     * {@code results.json}: how much of a task's accuracy is lost, in points, while the other task is trained on, mean
     * over runs and over the times that this happens.
     *
     * @param lostRandom either task, where they are divided at random
     * @param lostUnforgettable the task of unforgettable examples, while the others are trained on
     * @param lostForgettable the task of the other examples, while unforgettable ones are trained on
     */
    public record Results(String data, String model, int seeds, int taskExamples, int rounds, int taskEpochs,
            double lostRandom, double lostUnforgettable, double lostForgettable) {}

    /** Accuracy by epoch, mean over runs. */
    private record Curves(double[] first, double[] second, int epochs) {
        /** Points that a task loses while the other is trained on. */
        double lost(boolean ofFirst) {
            double[] curve = ofFirst ? first : second;
            double lost = 0;
            int times = 0;
            for (int block = ofFirst ? 1 : 2; (block + 1) * epochs <= curve.length; block += 2) {
                lost += 100 * (curve[block * epochs - 1] - curve[(block + 1) * epochs - 1]);
                times++;
            }
            return lost / Math.max(1, times);
        }
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        StudySettings settings = context.settings();
        Curves random = curves(context, alternating(settings, Procedure.Alternating.Tasks.RANDOM));
        Curves sorted = curves(context, alternating(settings, Procedure.Alternating.Tasks.BY_FORGETTING));
        double lostRandom = (random.lost(true) + random.lost(false)) / 2;
        Results results = new Results(context.data().name(), settings.run().model(), settings.seeds(), examples,
                rounds, epochs, lostRandom, sorted.lost(true), sorted.lost(false));
        String said = "While the other task is trained on, the task of unforgettable images loses "
                + Text.number(results.lostUnforgettable(), 2) + " points of accuracy, that of forgettable images "
                + Text.number(results.lostForgettable(), 2) + ", and tasks divided at random "
                + Text.number(results.lostRandom(), 2);
        return new StudyOutcome("Two tasks in turn: " + results.data() + ", " + results.model(), results,
                Paragraph.EMPTY.strong(said + "."), List.of(), List.of(),
                List.of(Claim.of(
                        "unforgettable images are hardly lost while others are trained on, forgettable ones are: "
                                + "points lost",
                        "yes (CIFAR-10)",
                        Text.number(results.lostUnforgettable(), 2) + " and "
                                + Text.number(results.lostForgettable(), 2),
                        results.lostUnforgettable() < results.lostForgettable(), "")),
                List.of(Section.of("Accuracy on both tasks",
                        Block.figures(
                                figure("continual-random", random, "first task", "second task",
                                        "Two tasks of " + Text.count(examples) + " images divided at random."),
                                figure("continual-by-forgetting", sorted, "unforgettable", "forgettable",
                                        "The same where the first task has unforgettable images, and the second "
                                                + "such as were forgotten or never learned.")))),
                Map.of());
    }

    private Curves curves(StudyContext context, List<RunSpec> runs) throws IOException {
        double[] first = new double[2 * rounds * epochs];
        double[] second = new double[first.length];
        for (RunSpec run : runs) {
            for (TasksCsv.Row row : TasksCsv.read(context.runs().get(run))) {
                first[row.epoch() - 1] += row.first() / runs.size();
                second[row.epoch() - 1] += row.second() / runs.size();
            }
        }
        return new Curves(first, second, epochs);
    }

    private Figure figure(String id, Curves curves, String first, String second, String caption) {
        double[] x = IntStream.rangeClosed(1, curves.first().length).asDoubleStream().toArray();
        return XyFigure.of(Axis.of("epoch", Axis.Scale.WHOLE), Axis.of("accuracy", Axis.Scale.PERCENT))
                .line(first, Ink.GREEN, x, curves.first()).line(second, Ink.VERMILLION, x, curves.second())
                .half(id, caption + " The network is trained on the first for " + epochs
                        + " epochs, then on the second "
                        + "for as many, and so on; accuracy is that on the training images of each task after each "
                        + "epoch, mean over runs.", "Line chart: accuracy on two tasks by epoch");
    }
}
