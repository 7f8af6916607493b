package dev.lethe.study.forgetting;

import dev.lethe.report.Html;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the runs took an example for at its last presentation. */
final class LastPredictions {
    private static final int MOST_SHOWN = 3;

    private final List<ReportedRun> runs;
    private final List<String> classNames;

    LastPredictions(List<ReportedRun> runs, List<String> classNames) {
        this.runs = runs;
        this.classNames = classNames;
    }

    /** In HTML, the predicted classes by how many runs predicted them; those other than the label stand out. */
    String byVotes(int example, int label) {
        Map<Integer, Integer> votes = new TreeMap<>();
        runs.forEach(run -> votes.merge(run.predictions()[example], 1, Integer::sum));
        return votes.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())) // stable: by class where equal
                .limit(MOST_SHOWN)
                .map(entry -> "<span class=\"%s\">%s</span>%s".formatted(
                        entry.getKey() == label ? "right" : "wrong", name(entry.getKey()),
                        votes.size() > 1 && entry.getValue() > 1 ? " ×" + entry.getValue() : ""))
                .collect(Collectors.joining(", ", "", votes.size() > MOST_SHOWN ? ", …" : ""));
    }

    /** In HTML, the prediction of every run, in their order. */
    String byRun(int example) {
        return runs.stream().map(run -> name(run.predictions()[example])).collect(Collectors.joining(", "));
    }

    private String name(int predicted) {
        return predicted == ReportedRun.NO_PREDICTION ? "nothing" : Html.escape(classNames.get(predicted));
    }
}
