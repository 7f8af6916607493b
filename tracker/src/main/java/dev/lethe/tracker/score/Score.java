package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A score of examples: its names, its direction, its source, and its values over runs. Tables, rankings, keep rules and
 * the search for wrong labels take names and directions from here. Scores of other tools are listed too, so that tables
 * with them can be read; they have no values over runs.
 */
public enum Score {
    /** The mean of the ranks by {@link #WEIGHTED_MARGIN} and {@link #WEIGHTED_CONFIDENCE}; the engine computes it. */
    COMBINED("combined", "combined score", Large.HARD, Use.LABEL_ERRORS, "docs/decisions/0010-combined-score.md", null),
    /** The mean margin over all presentations, also called the area under the margin (AUM). */
    MARGIN("aum", "AUM", Large.EASY, Use.LABEL_ERRORS, "Pleiss et al., NeurIPS 2020", RunAggregate::margin,
            "mean_margin", "margin"),
    /** The norm of the error, as a mean over all presentations. */
    EL2N("el2n", "EL2N", Large.HARD, Use.LABEL_ERRORS, "Paul et al., NeurIPS 2021", RunAggregate::el2n, "mean_el2n"),
    /** The mean probability of the given label. */
    CONFIDENCE("confidence", "confidence", Large.EASY, Use.LABEL_ERRORS, "Swayamdipta et al., EMNLP 2020",
            RunAggregate::confidence, "mean_confidence", "self_confidence"),
    /** The mean cross-entropy. */
    LOSS("loss", "loss", Large.HARD, Use.LABEL_ERRORS, "cross-entropy", RunAggregate::loss, "mean_loss"),
    /** Forgetting events over all runs, where a run that never learned an example counts for more than all events. */
    NEVER_LEARNED_LAST("never_learned_last", "forgetting events, never learned last", Large.HARD, Use.LABEL_ERRORS,
            "Toneva et al., ICLR 2019", (runs, example) -> runs.forgettingEvents(example, NeverLearned.LAST)),
    /** Forgetting events as counted, which are none where an example was never learned. */
    FORGETTING_EVENTS("forgetting", "forgetting events", Large.HARD, Use.LABEL_ERRORS, "Toneva et al., ICLR 2019",
            (runs, example) -> runs.forgettingEvents(example), "forgetting_events"),
    /** The number of runs that never learned the example. */
    NEVER_LEARNED_RUNS("never_learned_runs", "runs that never learned it", Large.HARD, Use.RANKING,
            "Toneva et al., ICLR 2019", RunAggregate::neverLearnedRuns),
    /** The presentation at which a run first predicted the example right; NaN where no run did. */
    FIRST_LEARNED("first_learned", "presentation at which first learned", Large.HARD, Use.RANKING,
            "Toneva et al., ICLR 2019", RunAggregate::firstLearned),
    /** The standard deviation of the probability of the given label within a run. */
    VARIABILITY("variability", "variability", Large.HARD, Use.RANKING, "Swayamdipta et al., EMNLP 2020",
            RunAggregate::variability),
    /** The mean margin, with more weight on epochs after which the network generalised better; of the engine. */
    WEIGHTED_MARGIN("weighted_margin", "weighted margin", Large.EASY, Use.RANKING,
            "docs/decisions/0010-combined-score.md", null),
    /** The mean confidence, with more weight on epochs after which the network generalised better; of the engine. */
    WEIGHTED_CONFIDENCE("weighted_confidence", "weighted confidence", Large.EASY, Use.RANKING,
            "docs/decisions/0010-combined-score.md", null),
    /** The share of presentations that were predicted right. */
    CORRECTNESS("correctness", "correctness", Large.EASY, Use.RANKING, "Swayamdipta et al., EMNLP 2020",
            RunAggregate::correctness),
    /** The norm of the gradient, as data_diet writes it. */
    GRAND("grand", "GraNd", Large.HARD, Use.RANKING, "Paul et al., NeurIPS 2021", null, "mean_grand"),
    /** The probability of the given label less the largest other, as cleanlab writes it. */
    NORMALIZED_MARGIN("normalized_margin", "normalized margin", Large.EASY, Use.RANKING, "cleanlab", null),
    /** The quality of the given label, as cleanlab writes it. */
    LABEL_QUALITY("label_quality", "label quality", Large.EASY, Use.RANKING, "cleanlab", null);

    /** Examples with large values of a score. */
    private enum Large {
        HARD, EASY
    }

    private enum Use {
        RANKING, LABEL_ERRORS
    }

    private interface Values {
        double of(RunAggregate runs, int example);
    }

    private final String text;
    private final String title;
    private final Large large;
    private final Use use;
    private final String source;
    private final @Nullable Values values;
    private final List<String> names;

    Score(String text, String title, Large large, Use use, String source, @Nullable Values values, String... others) {
        this.text = text;
        this.title = title;
        this.large = large;
        this.use = use;
        this.source = source;
        this.values = values;
        this.names = Stream.concat(Stream.of(text), Arrays.stream(others)).toList();
    }

    /** Returns the name in results. */
    public String text() {
        return text;
    }

    /** Returns the name for people. */
    public String title() {
        return title;
    }

    /** Returns whether large values belong to hard examples; otherwise small ones do. */
    public boolean isHardWhereLarge() {
        return large == Large.HARD;
    }

    /** Returns the paper or page that defines the score. */
    public String source() {
        return source;
    }

    /** Returns the names that tables have for the score, that in results first, in the form of {@link #normalized}. */
    public List<String> names() {
        return names;
    }

    /** Returns whether runs have values of the score. */
    public boolean isComputedFromRuns() {
        return values != null;
    }

    /**
     * Returns the value of an example.
     *
     * @throws UnsupportedOperationException
     *             if the score is not computed from runs
     */
    public double of(RunAggregate runs, int example) {
        if (values == null) {
            throw new UnsupportedOperationException("score=" + text + " is not computed from runs: import its values");
        }
        return values.of(runs, example);
    }

    /**
     * Returns the values of all examples over runs.
     *
     * @return (examples), a new array
     * @throws UnsupportedOperationException
     *             if the score is not computed from runs
     */
    public double[] of(RunAggregate runs) {
        double[] scores = new double[runs.examples()];
        Arrays.setAll(scores, example -> of(runs, example));
        return scores;
    }

    /**
     * Returns the values of all examples in one run: {@code double[] el2n = Score.EL2N.of(history)}.
     *
     * @param history
     *            the history of the run
     * @return (examples), a new array
     * @throws IllegalArgumentException
     *             if no epoch is committed
     * @throws UnsupportedOperationException
     *             if the score is not computed from runs
     */
    public double[] of(History history) {
        return of(RunAggregate.of(List.of(RunScores.of(history))));
    }

    /**
     * Returns the values of every score that is computed from runs, for all examples in one run.
     *
     * @param history
     *            the history of the run
     * @return new arrays (examples) by {@link #text}
     * @throws IllegalArgumentException
     *             if no epoch is committed
     */
    public static Map<String, double[]> allOf(History history) {
        RunAggregate run = RunAggregate.of(List.of(RunScores.of(history)));
        Map<String, double[]> scores = new LinkedHashMap<>();
        Arrays.stream(values()).filter(Score::isComputedFromRuns).forEach(s -> scores.put(s.text, s.of(run)));
        return scores;
    }

    /**
     * Returns the values of all examples, turned so that the larger, the harder.
     *
     * @return (examples), a new array
     * @throws UnsupportedOperationException
     *             if the score is not computed from runs
     */
    public double[] hardness(RunAggregate runs) {
        double[] hardness = new double[runs.examples()];
        Arrays.setAll(hardness, example -> isHardWhereLarge() ? of(runs, example) : -of(runs, example));
        return hardness;
    }

    /** Returns the scores by which wrong labels are looked for, in the order of reports. */
    public static List<Score> ofLabelErrors() {
        return Arrays.stream(values()).filter(score -> score.use == Use.LABEL_ERRORS).toList();
    }

    /** Finds the score that has a name in tables, however that is written. */
    public static Optional<Score> named(String name) {
        String normalized = normalized(name);
        return Arrays.stream(values()).filter(score -> score.names.contains(normalized)).findFirst();
    }

    /**
     * Returns the score that has a name, however that is written.
     *
     * @throws IllegalArgumentException
     *             if there is none that is computed from runs; the message names the choices
     */
    public static Score parse(String name) {
        return named(name).filter(Score::isComputedFromRuns).orElseThrow(() -> new IllegalArgumentException(
                "unknown score '" + name + "': choose " + Arrays.stream(values()).filter(Score::isComputedFromRuns)
                        .map(Score::text).collect(Collectors.joining(", "))));
    }

    /** Returns a name in the form in which names are compared: {@code Mean margin} is {@code mean_margin}. */
    public static String normalized(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[ -]", "_");
    }
}
