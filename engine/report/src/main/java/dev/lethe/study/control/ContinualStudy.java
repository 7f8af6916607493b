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
import dev.lethe.study.StudySubject;
import dev.lethe.study.StudyType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Study of whether forgettable examples are also those that are lost when a network turns to other data: it is trained
 * on two tasks in turn, divided at random and by forgetting. Toneva et al., ICLR 2019, section 5.
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
     * Makes a study of two tasks.
     *
     * @param examples number of examples in each task
     * @param rounds number of times that each task comes, at least 2
     * @param epochs epochs on one task before the other comes
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
     * Results of the study: {@code results.json}. Losses are points of accuracy that a task loses while the other task
     * is trained on, mean over runs and over the times that this happens.
     *
     * @param data name of the data set
     * @param model network of the zoo
     * @param seeds number of runs with each division
     * @param taskExamples number of examples in each task
     * @param rounds number of times that each task comes
     * @param taskEpochs epochs on one task before the other comes
     * @param lostRandom loss of either task, where they are divided at random
     * @param lostUnforgettable loss of the task of unforgettable examples
     * @param lostForgettable loss of the task of the other examples
     */
    public record Results(String data, String model, int seeds, int taskExamples, int rounds, int taskEpochs,
            double lostRandom, double lostUnforgettable, double lostForgettable) {}

    /**
     * Accuracy on both tasks after each epoch, mean over runs.
     *
     * @param first (epochs) accuracy on the first task, which is trained on first
     * @param second (epochs) accuracy on the second task
     * @param taskEpochs epochs on one task before the other comes
     */
    record Curves(double[] first, double[] second, int taskEpochs) {
        static Curves of(List<List<TasksCsv.Row>> runs, int taskEpochs) {
            int epochs = runs.getFirst().size();
            return new Curves(mean(runs, epochs, TasksCsv.Row::first), mean(runs, epochs, TasksCsv.Row::second),
                    taskEpochs);
        }

        private static double[] mean(List<List<TasksCsv.Row>> runs, int epochs,
                ToDoubleFunction<TasksCsv.Row> accuracy) {
            return IntStream.range(0, epochs).mapToDouble(epoch -> runs.stream()
                    .mapToDouble(rows -> accuracy.applyAsDouble(rows.get(epoch))).average().orElseThrow()).toArray();
        }

        /** Returns the points that the first task loses while the second is trained on. */
        double lostOfFirst() {
            return lost(first, 1);
        }

        /** Returns the points that the second task loses while the first is trained on. */
        double lostOfSecond() {
            return lost(second, 2);
        }

        private double lost(double[] accuracy, int firstTurnOfOther) {
            double lost = 0;
            int turns = 0;
            for (int turn = firstTurnOfOther; (turn + 1) * taskEpochs <= accuracy.length; turn += 2) {
                lost += 100 * (accuracy[turn * taskEpochs - 1] - accuracy[(turn + 1) * taskEpochs - 1]);
                turns++;
            }
            return lost / turns; // two rounds have one turn at least
        }
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        return conclude(context.subject(), curves(context, Procedure.Alternating.Tasks.RANDOM),
                curves(context, Procedure.Alternating.Tasks.BY_FORGETTING));
    }

    private Curves curves(StudyContext context, Procedure.Alternating.Tasks tasks) throws IOException {
        List<List<TasksCsv.Row>> runs = new ArrayList<>();
        for (RunSpec run : alternating(context.settings(), tasks)) {
            runs.add(TasksCsv.read(context.runs().get(run)));
        }
        return Curves.of(runs, epochs);
    }

    StudyOutcome conclude(StudySubject subject, Curves random, Curves byForgetting) {
        Results results = new Results(subject.data(), subject.model(), subject.seeds(), examples, rounds, epochs,
                (random.lostOfFirst() + random.lostOfSecond()) / 2, byForgetting.lostOfFirst(),
                byForgetting.lostOfSecond());
        return new StudyOutcome("Two tasks in turn: " + subject.title(), results,
                Paragraph.EMPTY.strong("While the other task is trained on, the task of unforgettable images loses "
                        + Text.number(results.lostUnforgettable(), 2) + " points of accuracy, that of forgettable "
                        + "images " + Text.number(results.lostForgettable(), 2)
                        + ", and tasks divided at random " + Text.number(results.lostRandom(), 2) + "."),
                List.of(), List.of(),
                List.of(Claim.of(
                        "unforgettable images are hardly lost while others are trained on, forgettable ones are: "
                                + "points lost",
                        "yes (CIFAR-10)",
                        Text.number(results.lostUnforgettable(), 2) + " and "
                                + Text.number(results.lostForgettable(), 2),
                        results.lostUnforgettable() < results.lostForgettable(), "")),
                List.of(Section.of("Accuracy on both tasks", Block.figures(
                        figure("continual-random", random, "first task", "second task",
                                "Two tasks of " + Text.count(examples) + " images divided at random."),
                        figure("continual-by-forgetting", byForgetting, "unforgettable", "forgettable",
                                "Two such tasks, where the first has unforgettable images, and the second images that "
                                        + "were forgotten or never learned.")))),
                Map.of());
    }

    private Figure figure(String id, Curves curves, String first, String second, String caption) {
        double[] x = IntStream.rangeClosed(1, curves.first().length).asDoubleStream().toArray();
        return XyFigure.of(Axis.of("epoch", Axis.Scale.WHOLE), Axis.of("accuracy", Axis.Scale.PERCENT))
                .line(first, Ink.GREEN, x, curves.first()).line(second, Ink.VERMILLION, x, curves.second())
                .half(id, caption + " The network is trained on the first for " + epochs + " epochs, then on the "
                        + "second for as many, and so on; accuracy is that on the training images of each task after "
                        + "each epoch, mean over runs.", "Line chart: accuracy on two tasks by epoch");
    }
}
