package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A score that Lethe knows: one of the constants of {@link Score}. Beside what every score has, it has a source, other
 * names, and values over a {@link RunAggregate}. Scores of other tools are known by name and direction alone, so that
 * tables with them can be read; they are not {@linkplain #isComputedFromRuns computed from runs}, and their methods
 * that return values throw {@link UnsupportedOperationException}. Immutable.
 */
public final class KnownScore implements Score {
    /** The values of a score over runs. */
    interface Values {
        double of(RunAggregate runs, int example);
    }

    private final String text;
    private final String title;
    private final boolean hardWhereLarge;
    private final String source;
    private final @Nullable Values values;
    private final List<String> names;

    private KnownScore(String text, String title, boolean hardWhereLarge, String source, @Nullable Values values,
            String... others) {
        this.text = text;
        this.title = title;
        this.hardWhereLarge = hardWhereLarge;
        this.source = source;
        this.values = values;
        this.names = Stream.concat(Stream.of(text), Arrays.stream(others)).toList();
    }

    /**
     * Makes a score whose large values belong to hard examples. Only {@link Score} may, while it is initialised: two
     * threads of which one came here first would wait for each other.
     */
    static KnownScore hard(String text, String title, String source, @Nullable Values values, String... others) {
        return new KnownScore(text, title, true, source, values, others);
    }

    /** Makes a score whose small values belong to hard examples; like {@link #hard}. */
    static KnownScore easy(String text, String title, String source, @Nullable Values values, String... others) {
        return new KnownScore(text, title, false, source, values, others);
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean isHardWhereLarge() {
        return hardWhereLarge;
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
     * Returns the value of an example over runs.
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
     * Returns the values of all examples over runs, turned so that the larger, the harder.
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

    @Override
    public double[] of(History history) {
        return of(List.of(history));
    }

    /** Returns the values of {@link #of(RunAggregate)}: means over runs, or sums of counts. */
    @Override
    public double[] of(List<History> runs) {
        return of(RunAggregate.of(runs.stream().map(RunScores::of).toList()));
    }

    @Override
    public String toString() {
        return text;
    }
}
