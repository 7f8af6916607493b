package dev.lethe.study.forgetting;

import dev.lethe.report.Html;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Classes that the runs predicted at the last presentation of an example. */
final class LastPredictions {
    private static final int MOST_SHOWN = 3;

    private final List<ReportedRun> runs;
    private final List<String> classNames;

    LastPredictions(List<ReportedRun> runs, List<String> classNames) {
        this.runs = runs;
        this.classNames = classNames;
    }

    /** Returns the predicted classes as HTML, most frequent first; those other than the label stand out. */
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

    /** Returns the prediction of every run as HTML, in the order of the runs. */
    String byRun(int example) {
        return runs.stream().map(run -> name(run.predictions()[example])).collect(Collectors.joining(", "));
    }

    private String name(int predicted) {
        return predicted == ReportedRun.NO_PREDICTION ? "nothing" : Html.escape(classNames.get(predicted));
    }
}
