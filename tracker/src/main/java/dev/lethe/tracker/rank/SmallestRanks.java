package dev.lethe.tracker.rank;

import java.util.Arrays;

/** The smallest ranks that each example had, ascending. Ranks are multiples of 0.5 and held doubled, as integers. */
final class SmallestRanks {
    private static final int MAX_EXAMPLES = 1 << 30;

    private final int kept;
    private final int[] doubled; // (examples, kept)

    /**
     * Makes an empty collection.
     *
     * @param examples
     *            the number of examples
     * @param kept
     *            the number of ranks that are kept of each example, at least 1
     */
    SmallestRanks(int examples, int kept) {
        if (examples > MAX_EXAMPLES || (long) examples * kept > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException("examples=" + examples + " with ranks=" + kept + " kept of each is more"
                    + " than an array holds: use fewer resamples, more confidence, or a sample of the examples");
        }
        this.kept = kept;
        doubled = new int[examples * kept];
        Arrays.fill(doubled, Integer.MAX_VALUE);
    }

    void add(int example, double rank) {
        int value = (int) (2 * rank);
        int first = example * kept;
        int at = first + kept - 1;
        if (value < doubled[at]) {
            while (at > first && doubled[at - 1] > value) {
                doubled[at] = doubled[at - 1];
                at--;
            }
            doubled[at] = value;
        }
    }

    /**
     * Returns the rank at a place among the sorted ranks, interpolated linearly. As many ranks must have been added as
     * are kept.
     *
     * @param example
     *            the example
     * @param place
     *            the place, counted from 0
     */
    double at(int example, double place) {
        int below = (int) place;
        double smaller = doubled[example * kept + below] / 2.0;
        double larger = doubled[example * kept + Math.min(below + 1, kept - 1)] / 2.0;
        return smaller + (place - below) * (larger - smaller);
    }
}
