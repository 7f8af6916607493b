package dev.lethe.study.forgetting;

import dev.lethe.tracker.score.ForgettingScores;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbers of examples by forgetting events, for each run. Never-learned examples have no count of events and are
 * counted apart.
 */
final class EventDistribution {
    private final int examples;
    private final int[][] histograms;
    private final int[] neverLearned;
    private final int mostEvents;

    /** Counts the examples of each run by their forgetting events. */
    public EventDistribution(List<ForgettingScores> runs) {
        examples = runs.getFirst().examples();
        histograms = runs.stream().map(ForgettingScores::histogram).toArray(int[][]::new);
        neverLearned = runs.stream().mapToInt(ForgettingScores::neverLearnedCount).toArray();
        mostEvents = Arrays.stream(histograms).mapToInt(histogram -> histogram.length - 1).max().orElseThrow();
    }

    /** Count of examples over the runs: its least, mean and largest value. */
    public record Spread(int least, double mean, int most) {
        static Spread of(IntStream counts) {
            var summary = counts.summaryStatistics();
            return new Spread(summary.getMin(), summary.getAverage(), summary.getMax());
        }
    }

    int runs() {
        return histograms.length;
    }

    int examples() {
        return examples;
    }

    /** Returns the largest number of events of any example in any run. */
    int mostEvents() {
        return mostEvents;
    }

    /** Counts the examples of one run that were learned and then forgotten {@code events} times. */
    public int withEvents(int run, int events) {
        return events < histograms[run].length ? histograms[run][events] : 0;
    }

    /** Counts the examples that were learned and then forgotten {@code events} times. */
    public Spread withEvents(int events) {
        return Spread.of(IntStream.range(0, runs()).map(run -> withEvents(run, events)));
    }

    /** Counts the examples that were learned and then forgotten {@code events} times or more. */
    public Spread withEventsFrom(int events) {
        return Spread.of(Arrays.stream(histograms)
                .mapToInt(histogram -> Arrays.stream(histogram).skip(events).sum()));
    }

    /** Counts the examples that were never learned. */
    public Spread neverLearned() {
        return Spread.of(Arrays.stream(neverLearned));
    }
}
