package dev.lethe.tracker.rank;

import java.util.stream.IntStream;

/** The definitions of ranks and correlations, transcribed word by word over all pairs of examples. */
final class LiteralRanks {

    private LiteralRanks() {}

    /** Returns the number of examples before each one, and half the number of the others that are tied with it. */
    static double[] averageRanks(double[] scores) {
        double[] ranks = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (scores[j] < scores[i]) {
                    ranks[i]++;
                } else if (j != i && scores[j] == scores[i]) {
                    ranks[i] += 0.5;
                }
            }
        }
        return ranks;
    }

    static double pearson(double[] a, double[] b) {
        double meanA = IntStream.range(0, a.length).mapToDouble(i -> a[i]).average().orElse(Double.NaN);
        double meanB = IntStream.range(0, b.length).mapToDouble(i -> b[i]).average().orElse(Double.NaN);
        double covariance = IntStream.range(0, a.length).mapToDouble(i -> (a[i] - meanA) * (b[i] - meanB)).sum();
        double varianceA = IntStream.range(0, a.length).mapToDouble(i -> Math.pow(a[i] - meanA, 2)).sum();
        double varianceB = IntStream.range(0, b.length).mapToDouble(i -> Math.pow(b[i] - meanB, 2)).sum();
        return covariance / Math.sqrt(varianceA) / Math.sqrt(varianceB);
    }

    static double spearman(double[] a, double[] b) {
        return pearson(averageRanks(a), averageRanks(b));
    }

    /**
     * Returns the concordant minus the discordant pairs, over the root of the untied pairs of the one times those of
     * the other.
     */
    static double tauB(double[] a, double[] b) {
        long difference = 0;
        long untiedA = 0;
        long untiedB = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < i; j++) {
                difference += Integer.signum(Double.compare(a[i], a[j])) * Integer.signum(Double.compare(b[i], b[j]));
                untiedA += a[i] != a[j] ? 1 : 0;
                untiedB += b[i] != b[j] ? 1 : 0;
            }
        }
        return difference / Math.sqrt((double) untiedA * untiedB);
    }
}
