package dev.lethe.study.forgetting;

import dev.lethe.data.DataSet;
import dev.lethe.tracker.score.RunAggregate;
import java.util.Arrays;
import java.util.List;

/**
 * The runs that the report of a forgetting study shows.
 *
 * @param data data set that was trained on; its training images are shown
 * @param aggregate scores of {@code runs} together
 * @param runs one or more, each over {@code data.train()}
 * @param suspicion (examples) suspicion that a label is wrong, negative where there is none; empty where it is unknown
 */
record ReportedRuns(DataSet data, RunAggregate aggregate, List<ReportedRun> runs, double[] suspicion) {
    public ReportedRuns {
        runs = List.copyOf(runs);
        if (aggregate.runs() != runs.size()) {
            throw new IllegalArgumentException(
                    "runs=" + runs.size() + ", aggregate.runs=" + aggregate.runs() + ": it must be the runs' own");
        }
        suspicion = suspicion.clone();
        requireExamples("suspicion", suspicion.length == 0 ? data.train().examples() : suspicion.length, data);
        requireExamples("aggregate", aggregate.examples(), data);
        for (ReportedRun run : runs) {
            requireExamples("run of seed=" + run.seed(), run.scores().examples(), data);
            requireClasses(run, data.classes());
        }
    }

    private static void requireExamples(String what, int examples, DataSet data) {
        if (examples != data.train().examples()) {
            throw new IllegalArgumentException(what + " has examples=" + examples + ", the training set of "
                    + data.name() + " has examples=" + data.train().examples() + ": they must be as many");
        }
    }

    private static void requireClasses(ReportedRun run, int classes) {
        Arrays.stream(run.predictions())
                .filter(prediction -> prediction < ReportedRun.NO_PREDICTION || prediction >= classes).findAny()
                .ifPresent(prediction -> {
                    throw new IllegalArgumentException("run of seed=" + run.seed() + " has prediction=" + prediction
                            + ": predictions lie between 0 and " + (classes - 1) + ", or are "
                            + ReportedRun.NO_PREDICTION);
                });
    }
}
