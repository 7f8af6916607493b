package dev.lethe.tracker.score;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The scores of several runs over the same data set, usually the seeds of one study.
 * <p>
 * Runs that never learned an example are counted apart, {@link #neverLearnedRuns}; {@link #forgettingEvents} sums over
 * the other runs. An example is {@link #unforgettable} if every run learned it and none forgot it. Means are taken over
 * all runs, which weigh the same. Methods that take an id throw {@link IndexOutOfBoundsException} where there is no
 * such example. Immutable and safe from any number of threads.
 */
public final class RunAggregate {
    /** A column of {@link MeanScores}. */
    private interface MeanScore {
        float of(MeanScores means, int example);
    }

    private final int runs;
    private final int[] forgettingEvents;
    private final int[] neverLearnedRuns;
    private final int[] neverLearnedEpochs;
    private final double[] firstLearned;
    private final double[] correctness;
    private final float[] margin;
    private final float[] el2n;
    private final float[] confidence;
    private final float[] variability;
    private final float[] loss;

    private RunAggregate(List<RunScores> scores) {
        int examples = scores.getFirst().examples();
        runs = scores.size();
        forgettingEvents = new int[examples];
        neverLearnedRuns = new int[examples];
        neverLearnedEpochs = new int[examples];
        firstLearned = new double[examples];
        correctness = new double[examples];
        for (RunScores run : scores) {
            add(run.forgetting());
        }
        for (int example = 0; example < examples; example++) {
            firstLearned[example] /= runs - neverLearnedRuns[example]; // 0 / 0 where no run learned it
            correctness[example] /= runs;
        }
        margin = mean(scores, MeanScores::margin);
        el2n = mean(scores, MeanScores::el2n);
        confidence = mean(scores, MeanScores::confidence);
        variability = mean(scores, MeanScores::variability);
        loss = mean(scores, MeanScores::loss);
    }

    /**
     * Aggregates the scores of at least one run.
     *
     * @param scores
     *            the scores of each run
     * @throws IllegalArgumentException
     *             if there is no run, or runs have different data sets; the message names them
     */
    public static RunAggregate of(List<RunScores> scores) {
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("runs=0: give the scores of at least one run");
        }
        RunScores first = scores.getFirst();
        for (RunScores run : scores) {
            if (run.examples() != first.examples() || !run.fingerprint().equals(first.fingerprint())) {
                throw new IllegalArgumentException("runs over different data sets: examples=" + first.examples()
                        + " fingerprint=" + first.fingerprint() + ", examples=" + run.examples() + " fingerprint="
                        + run.fingerprint() + ": aggregate runs of one data set");
            }
        }
        return new RunAggregate(scores);
    }

    private void add(ForgettingScores run) {
        for (int example = 0; example < forgettingEvents.length; example++) {
            correctness[example] += (double) run.correctPresentations(example) / run.presentations(example);
            if (run.neverLearned(example)) {
                neverLearnedRuns[example]++;
                neverLearnedEpochs[example] += run.epochs();
            } else {
                forgettingEvents[example] += run.forgettingEvents(example);
                firstLearned[example] += run.firstLearned(example);
            }
        }
    }

    private static float[] mean(List<RunScores> scores, MeanScore score) {
        float[] means = new float[scores.getFirst().examples()];
        for (int example = 0; example < means.length; example++) {
            double sum = 0;
            for (RunScores run : scores) {
                sum += score.of(run.means(), example);
            }
            means[example] = (float) (sum / scores.size());
        }
        return means;
    }

    /** Returns the number of runs. */
    public int runs() {
        return runs;
    }

    /** Returns the number of examples. */
    public int examples() {
        return forgettingEvents.length;
    }

    /** Returns the forgetting events of an example, summed over the runs that learned it. */
    public int forgettingEvents(int example) {
        return forgettingEvents[Indices.example(example, examples())];
    }

    /**
     * Returns the forgetting events of an example over all runs, with the number that stands for them in each run that
     * never learned it.
     *
     * @param example
     *            the example
     * @param neverLearned
     *            the place of examples that some of the runs never learned; with {@link NeverLearned#SEPARATE}, NaN
     *            where no run learned the example, and elsewhere as with {@link NeverLearned#LAST}
     */
    public double forgettingEvents(int example, NeverLearned neverLearned) {
        double never = switch (neverLearned) {
            case LAST -> neverLearnedRuns(example) * NeverLearned.AFTER_EVERY_COUNT;
            case AS_EPOCHS -> neverLearnedEpochs(example);
            case SEPARATE -> neverLearned(example)
                    ? Double.NaN
                    : neverLearnedRuns(example) * NeverLearned.AFTER_EVERY_COUNT;
        };
        return forgettingEvents(example) + never;
    }

    /**
     * Returns the {@linkplain #forgettingEvents(int, NeverLearned) forgetting events} of all examples.
     *
     * @param neverLearned
     *            the place of examples that some of the runs never learned
     * @return (examples), a new array
     */
    public double[] forgettingEvents(NeverLearned neverLearned) {
        double[] events = new double[examples()];
        Arrays.setAll(events, example -> forgettingEvents(example, neverLearned));
        return events;
    }

    /** Returns the number of runs that never learned an example. */
    public int neverLearnedRuns(int example) {
        return neverLearnedRuns[Indices.example(example, examples())];
    }

    /** Returns the number of epochs of the runs that never learned an example, summed over these runs. */
    public int neverLearnedEpochs(int example) {
        return neverLearnedEpochs[Indices.example(example, examples())];
    }

    /** Tells whether no run learned an example. */
    public boolean neverLearned(int example) {
        return neverLearnedRuns(example) == runs;
    }

    /** Tells whether every run learned an example and none forgot it. */
    public boolean unforgettable(int example) {
        return neverLearnedRuns(example) == 0 && forgettingEvents(example) == 0;
    }

    /** Returns the ids of the examples that no run learned, ascending, in a new array. */
    public int[] neverLearnedIds() {
        return IntStream.range(0, examples()).filter(this::neverLearned).toArray();
    }

    /** Returns the ids of the {@link #unforgettable} examples, ascending, in a new array. */
    public int[] unforgettableIds() {
        return IntStream.range(0, examples()).filter(this::unforgettable).toArray();
    }

    /** Returns the number of examples that no run learned. */
    public int neverLearnedCount() {
        return (int) IntStream.range(0, examples()).filter(this::neverLearned).count();
    }

    /** Returns the number of {@link #unforgettable} examples. */
    public int unforgettableCount() {
        return (int) IntStream.range(0, examples()).filter(this::unforgettable).count();
    }

    /**
     * Returns the mean of {@link ForgettingScores#firstLearned(int)} over the runs that learned an example; NaN where
     * none did.
     */
    public double firstLearned(int example) {
        return firstLearned[Indices.example(example, examples())];
    }

    /**
     * Returns the share of the presentations of an example that were predicted right, as a mean over the runs; NaN
     * where a run has none.
     */
    public double correctness(int example) {
        return correctness[Indices.example(example, examples())];
    }

    /** Returns the mean of {@link MeanScores#margin} over the runs. */
    public float margin(int example) {
        return margin[Indices.example(example, examples())];
    }

    /** Returns the mean of {@link MeanScores#el2n} over the runs. */
    public float el2n(int example) {
        return el2n[Indices.example(example, examples())];
    }

    /** Returns the mean of {@link MeanScores#confidence} over the runs. */
    public float confidence(int example) {
        return confidence[Indices.example(example, examples())];
    }

    /**
     * Returns the mean of {@link MeanScores#variability} over the runs: it tells the variability within a run, not
     * between runs.
     */
    public float variability(int example) {
        return variability[Indices.example(example, examples())];
    }

    /** Returns the mean of {@link MeanScores#loss} over the runs. */
    public float loss(int example) {
        return loss[Indices.example(example, examples())];
    }
}
