package dev.lethe.tracker.rank;

import java.util.Arrays;

/**
 * The expected overlap of the shares with the smallest, or largest, of two scores if each breaks its ties at random. If
 * {@code k} examples make the share, {@code b} of them are before the score at its end, and {@code t} examples have
 * that score, then each of the latter is in the share with probability {@code (k - b) / t}.
 */
final class ShareOverlap {

    private ShareOverlap() {}

    /** Returns the overlap of the shares with the smallest scores; NaN where there is no example. */
    static double smallest(ScorePair scores, double share) {
        return overlap(scores, share, 1);
    }

    /** Returns the overlap of the shares with the largest scores; NaN where there is no example. */
    static double largest(ScorePair scores, double share) {
        return overlap(scores, share, -1);
    }

    private static double overlap(ScorePair scores, double share, int sign) {
        int examples = scores.examples();
        if (examples == 0) {
            return Double.NaN;
        }
        int size = Math.max(1, (int) Math.round(share * examples));
        double[] first = membership(scores.first(), size, sign);
        double[] second = membership(scores.second(), size, sign);
        double common = 0;
        for (int example = 0; example < examples; example++) {
            common += first[example] * second[example];
        }
        return common / size;
    }

    /** Returns, for each example, the probability that it is among the {@code size} smallest by score times sign. */
    private static double[] membership(double[] scores, int size, int sign) {
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double end = sign > 0 ? sorted[size - 1] : sorted[sorted.length - size];
        int before = 0;
        int tied = 0;
        for (double score : scores) {
            before += sign * score < sign * end ? 1 : 0;
            tied += score == end ? 1 : 0;
        }
        double[] membership = sorted; // sorted scores are not needed any more
        for (int example = 0; example < scores.length; example++) {
            double ifTied = scores[example] == end ? (double) (size - before) / tied : 0;
            membership[example] = sign * scores[example] < sign * end ? 1 : ifTied;
        }
        return membership;
    }
}
