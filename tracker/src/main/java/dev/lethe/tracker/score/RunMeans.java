package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import java.util.Arrays;
import java.util.List;

/** The means over runs of a score that is a function of one history. */
final class RunMeans {
    private RunMeans() {}

    /**
     * Returns the mean of a score over runs of one data set.
     *
     * @param score
     *            the score
     * @param runs
     *            the histories of the runs
     * @return (examples), a new array
     */
    static double[] of(Score score, List<History> runs) {
        requireOneDataSet(runs);
        double[] sums = new double[runs.getFirst().examples()];
        for (History run : runs) {
            double[] values = score.of(run);
            if (values.length != sums.length) {
                throw new IllegalArgumentException("score=" + score.text() + " of class=" + score.getClass().getName()
                        + " has values=" + values.length + " of examples=" + sums.length
                        + ": return one value for each example of the history");
            }
            Arrays.setAll(sums, example -> sums[example] + values[example]);
        }
        Arrays.setAll(sums, example -> sums[example] / runs.size());
        return sums;
    }

    private static void requireOneDataSet(List<History> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("runs=0: give the history of at least one run");
        }
        History first = runs.getFirst();
        for (History run : runs) {
            if (run.examples() != first.examples() || !run.spec().fingerprint().equals(first.spec().fingerprint())) {
                throw new IllegalArgumentException("runs over different data sets, " + first + " with fingerprint="
                        + first.spec().fingerprint() + " and " + run + " with fingerprint="
                        + run.spec().fingerprint() + ": score runs of one data set");
            }
        }
    }
}
