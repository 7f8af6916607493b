package dev.lethe.tracker.score;

import java.util.List;

/**
 * Several runs over the same data set, usually the seeds of one study.
 * <p>
 * Runs that never learned an example are counted apart, {@link #neverLearnedRuns}; {@link #forgettingEvents} sums over
 * the other runs. An example is {@link #unforgettable} if every run learned it and none forgot it. Means are taken over
 * all runs, each weighing the same. Immutable and safe from any number of threads.
 */
public final class RunAggregate {
    /** One of the columns of {@link MeanScores}. */
    private interface MeanScore {
        float of(MeanScores means, int example);
    }

    private final int runs;
    private final int[] forgettingEvents;
    private final int[] neverLearnedRuns;
    private final int[] neverLearnedEpochs;
    private final double[] firstLearned;
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
        for (RunScores run : scores) {
            add(run.forgetting());
        }
        for (int example = 0; example < examples; example++) {
            firstLearned[example] /= runs - neverLearnedRuns[example]; // 0 / 0 where no run learned it
        }
        margin = mean(scores, MeanScores::margin);
        el2n = mean(scores, MeanScores::el2n);
        confidence = mean(scores, MeanScores::confidence);
        variability = mean(scores, MeanScores::variability);
        loss = mean(scores, MeanScores::loss);
    }

    /**
     * The aggregate of at least one run.
     *
     * @throws IllegalArgumentException
     *            if there is no run, or runs have different data sets; the message names them
     */
    public static RunAggregate of(List<RunScores> scores) {
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("runs=0: there is nothing to aggregate");
        }
        RunScores first = scores.getFirst();
        for (RunScores run : scores) {
            if (run.examples() != first.examples() || !run.fingerprint().equals(first.fingerprint())) {
                throw new IllegalArgumentException("runs over different data sets: examples=" + first.examples()
                        + " fingerprint=" + first.fingerprint() + ", examples=" + run.examples() + " fingerprint="
                        + run.fingerprint());
            }
        }
        return new RunAggregate(scores);
    }

    private void add(ForgettingScores run) {
        for (int example = 0; example < forgettingEvents.length; example++) {
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

    /** The number of runs. */
    public int runs() {
        return runs;
    }

    /** The number of examples. */
    public int examples() {
        return forgettingEvents.length;
    }

    /** Forgetting events, summed over the runs that learned the example. */
    public int forgettingEvents(int example) {
        return forgettingEvents[example];
    }

    /** How many runs never learned the example. */
    public int neverLearnedRuns(int example) {
        return neverLearnedRuns[example];
    }

    /** The epochs of the runs that never learned the example, together. */
    public int neverLearnedEpochs(int example) {
        return neverLearnedEpochs[example];
    }

    /** Whether no run learned the example. */
    public boolean neverLearned(int example) {
        return neverLearnedRuns[example] == runs;
    }

    /** Whether every run learned the example and none forgot it. */
    public boolean unforgettable(int example) {
        return neverLearnedRuns[example] == 0 && forgettingEvents[example] == 0;
    }

    /** The number of {@link #unforgettable} examples. */
    public int unforgettableCount() {
        int count = 0;
        for (int example = 0; example < examples(); example++) {
            count += unforgettable(example) ? 1 : 0;
        }
        return count;
    }

    /**
     * Mean of {@link ForgettingScores#firstLearned(int)} over the runs that learned the example; NaN where none did.
     */
    public double firstLearned(int example) {
        return firstLearned[example];
    }

    /** Mean over the runs of {@link MeanScores#margin}. */
    public float margin(int example) {
        return margin[example];
    }

    /** Mean over the runs of {@link MeanScores#el2n}. */
    public float el2n(int example) {
        return el2n[example];
    }

    /** Mean over the runs of {@link MeanScores#confidence}. */
    public float confidence(int example) {
        return confidence[example];
    }

    /** Mean over the runs of {@link MeanScores#variability}: within a run, not between runs. */
    public float variability(int example) {
        return variability[example];
    }

    /** Mean over the runs of {@link MeanScores#loss}. */
    public float loss(int example) {
        return loss[example];
    }
}
