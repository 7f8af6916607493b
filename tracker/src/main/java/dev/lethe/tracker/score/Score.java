package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A score of training examples: a name, a direction, and values that are a function of the histories of runs. The
 * constants are the scores that Lethe knows; tables, rankings, rules that leave examples out, and the search for wrong
 * labels take names and directions from here.
 * <p>
 * A score of one's own is a class that implements {@link #text}, {@link #isHardWhereLarge} and {@link #of(History)},
 * best a record without components, so that equal ones are equal. It is used as a value, as in {@code
 * RemovalRule.hardest(new MyScore())}. It is found by its name too, by {@link #named}, by rules and on the command
 * line, if the class is public with a public constructor without parameters, and named in the file {@code
 * META-INF/services/dev.lethe.tracker.score.Score} of its JAR, or provided by its module. Such scores are made once,
 * and used by any number of threads.
 * <p>
 * A name stands for one definition: finished runs are found by the names of the scores that chose their examples. Give
 * a score that you changed another name.
 *
 * @see ForgettingScores
 * @see dev.lethe.tracker.rank.Ranking
 * @see dev.lethe.tracker.select.RemovalRule
 */
public interface Score {
    /** The mean of the ranks by {@link #WEIGHTED_MARGIN} and {@link #WEIGHTED_CONFIDENCE}; the engine computes it. */
    KnownScore COMBINED = KnownScore.hard("combined", "combined score", "docs/decisions/0010-combined-score.md", null);
    /** The mean margin over all presentations, also called the area under the margin (AUM). */
    KnownScore MARGIN = KnownScore.easy("aum", "AUM", "Pleiss et al., NeurIPS 2020", RunAggregate::margin,
            "mean_margin", "margin");
    /** The norm of the error, as a mean over all presentations. */
    KnownScore EL2N = KnownScore.hard("el2n", "EL2N", "Paul et al., NeurIPS 2021", RunAggregate::el2n, "mean_el2n");
    /** The mean probability of the given label. */
    KnownScore CONFIDENCE = KnownScore.easy("confidence", "confidence", "Swayamdipta et al., EMNLP 2020",
            RunAggregate::confidence, "mean_confidence", "self_confidence");
    /** The mean cross-entropy. */
    KnownScore LOSS = KnownScore.hard("loss", "loss", "cross-entropy", RunAggregate::loss, "mean_loss");
    /** Forgetting events over all runs, where a run that never learned an example counts for more than all events. */
    KnownScore NEVER_LEARNED_LAST = KnownScore.hard("never_learned_last", "forgetting events, never learned last",
            "Toneva et al., ICLR 2019", (runs, example) -> runs.forgettingEvents(example, NeverLearned.LAST));
    /** Forgetting events as counted, which are none where an example was never learned. */
    KnownScore FORGETTING_EVENTS = KnownScore.hard("forgetting", "forgetting events", "Toneva et al., ICLR 2019",
            (runs, example) -> runs.forgettingEvents(example), "forgetting_events");
    /** The number of runs that never learned the example. */
    KnownScore NEVER_LEARNED_RUNS = KnownScore.hard("never_learned_runs", "runs that never learned it",
            "Toneva et al., ICLR 2019", RunAggregate::neverLearnedRuns);
    /** The presentation at which a run first predicted the example right; NaN where no run did. */
    KnownScore FIRST_LEARNED = KnownScore.hard("first_learned", "presentation at which first learned",
            "Toneva et al., ICLR 2019", RunAggregate::firstLearned);
    /** The standard deviation of the probability of the given label within a run. */
    KnownScore VARIABILITY = KnownScore.hard("variability", "variability", "Swayamdipta et al., EMNLP 2020",
            RunAggregate::variability);
    /** The mean margin, with more weight on epochs after which the network generalised better; of the engine. */
    KnownScore WEIGHTED_MARGIN = KnownScore.easy("weighted_margin", "weighted margin",
            "docs/decisions/0010-combined-score.md", null);
    /** The mean confidence, with more weight on epochs after which the network generalised better; of the engine. */
    KnownScore WEIGHTED_CONFIDENCE = KnownScore.easy("weighted_confidence", "weighted confidence",
            "docs/decisions/0010-combined-score.md", null);
    /** The share of presentations that were predicted right. */
    KnownScore CORRECTNESS = KnownScore.easy("correctness", "correctness", "Swayamdipta et al., EMNLP 2020",
            RunAggregate::correctness);
    /** The norm of the gradient, as data_diet writes it. */
    KnownScore GRAND = KnownScore.hard("grand", "GraNd", "Paul et al., NeurIPS 2021", null, "mean_grand");
    /** The probability of the given label less the largest other, as cleanlab writes it. */
    KnownScore NORMALIZED_MARGIN = KnownScore.easy("normalized_margin", "normalized margin", "cleanlab", null);
    /** The quality of the given label, as cleanlab writes it. */
    KnownScore LABEL_QUALITY = KnownScore.easy("label_quality", "label quality", "cleanlab", null);

    /**
     * Returns the name of the score, in results, tables and rules: small letters, digits and underscores, a letter
     * first. It never changes.
     */
    String text();

    /** Returns whether large values belong to hard examples; otherwise small ones do. */
    boolean isHardWhereLarge();

    /**
     * Returns the values of all examples in one run: {@code double[] el2n = Score.EL2N.of(history)}.
     *
     * @param history
     *            the history of the run, open; not kept
     * @return (examples), a new array; NaN for an example without a value
     * @throws IllegalArgumentException
     *             if the history cannot be scored, for example because no epoch is committed
     */
    double[] of(History history);

    /**
     * Returns the values of all examples over several runs: means of {@link #of(History)}, unless the score says
     * otherwise. An example without a value in one of the runs has none.
     *
     * @param runs
     *            the histories of at least one run, all over the same data set; open; not kept
     * @return (examples), a new array
     * @throws IllegalArgumentException
     *             if there is no run, runs have different data sets, or the score has not one value for each example
     */
    default double[] of(List<History> runs) {
        return RunMeans.of(this, runs);
    }

    /**
     * Returns the values of all examples over runs, turned so that the larger, the harder.
     *
     * @param runs
     *            the histories, as {@link #of(List)} takes them
     * @return (examples), a new array
     */
    default double[] hardness(List<History> runs) {
        double[] hardness = of(runs).clone();
        if (!isHardWhereLarge()) {
            Arrays.setAll(hardness, example -> -hardness[example]);
        }
        return hardness;
    }

    /** Returns the name for people. */
    default String title() {
        return text().replace('_', ' ');
    }

    /** Returns the scores that Lethe knows, those included that are not computed from runs. */
    static List<KnownScore> known() {
        return ScoreRegistry.KNOWN;
    }

    /** Returns the scores by which wrong labels are looked for, in the order of reports. */
    static List<KnownScore> ofLabelErrors() {
        return ScoreRegistry.OF_LABEL_ERRORS;
    }

    /**
     * Returns the scores that the class path or module path provides, each made once.
     *
     * @throws IllegalArgumentException
     *             if one of them cannot be loaded, or has no name of its own; the message names it
     */
    static List<Score> provided() {
        return ScoreRegistry.provided();
    }

    /**
     * Finds the score, known or provided, that has a name in tables, however that is written.
     *
     * @throws IllegalArgumentException
     *             if a provided score cannot be used
     */
    static Optional<Score> named(String name) {
        return ScoreRegistry.named(normalized(name));
    }

    /**
     * Returns the score that has a name, however that is written.
     *
     * @throws IllegalArgumentException
     *             if none of that name is computed from runs; the message names the choices
     */
    static Score parse(String name) {
        return ScoreRegistry.parse(name);
    }

    /**
     * Returns the values of every score, known or provided, that is computed from runs, for all examples in one run.
     *
     * @param history
     *            the history of the run
     * @return arrays (examples) by {@link #text}
     * @throws IllegalArgumentException
     *             if no epoch is committed
     */
    static Map<String, double[]> allOf(History history) {
        RunAggregate run = RunAggregate.of(List.of(RunScores.of(history)));
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (KnownScore score : known()) {
            if (score.isComputedFromRuns()) {
                scores.put(score.text(), score.of(run));
            }
        }
        provided().forEach(score -> scores.put(score.text(), score.of(List.of(history))));
        return scores;
    }

    /**
     * Refuses a score of one's own that has the name of one that Lethe knows, or a name that a command line cannot
     * have.
     *
     * @param score
     *            any score
     * @throws IllegalArgumentException
     *             if it has no name of its own
     */
    static void requireOwnName(Score score) {
        ScoreRegistry.requireOwnName(score);
    }

    /** Returns a name in the form in which names are compared: {@code Mean margin} is {@code mean_margin}. */
    static String normalized(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[ -]", "_");
    }
}
