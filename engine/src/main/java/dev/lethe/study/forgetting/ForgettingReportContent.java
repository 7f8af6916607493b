package dev.lethe.study.forgetting;

import dev.lethe.data.DataSet;
import dev.lethe.report.Fact;
import dev.lethe.tracker.score.RunAggregate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the report of a forgetting study is made of.
 *
 * @param title its heading
 * @param command that repeats the study
 * @param facts the summary, in the order in which it is shown
 * @param data that was trained on; its training images are shown
 * @param aggregate of the scores of {@code runs}
 * @param runs one or more, each over {@code data.train()}
 * @param suspicion by example, how suspect its label is, negative where it is not; empty where that is not known
 * @param provenance what the results depend on (backend, versions, fingerprint), in the order in which it is shown
 */
public record ForgettingReportContent(String title, String command, List<Fact> facts, DataSet data,
        RunAggregate aggregate, List<ReportedRun> runs, double[] suspicion, Map<String, String> provenance) {
    /** Without suspects. */
    public ForgettingReportContent(String title, String command, List<Fact> facts, DataSet data, RunAggregate aggregate,
            List<ReportedRun> runs, Map<String, String> provenance) {
        this(title, command, facts, data, aggregate, runs, new double[0], provenance);
    }

    public ForgettingReportContent {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(command, "command");
        facts = List.copyOf(facts);
        runs = List.copyOf(runs);
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
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
