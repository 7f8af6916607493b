package dev.lethe.tracker.rank;

/**
 * The computation of Kendall's tau-b by Knight's algorithm (Knight 1966): with the examples in the order of one score,
 * the discordant pairs are the inversions of the other, which a merge sort counts. It takes {@code O(n log n)} time and
 * 16 bytes of memory for each example; counts are exact.
 */
final class KendallTau {
    /** A relation that tells whether two examples have the same score. */
    private interface Tie {
        boolean between(int a, int b);
    }

    private KendallTau() {}

    /**
     * Returns the coefficient of two scores, none of them NaN; NaN where a score is the same for all examples, or there
     * are fewer than two.
     */
    static double tauB(ScorePair scores) {
        double[] x = scores.first();
        double[] y = scores.second();
        RadixOrder order = RadixOrder.of(y);
        Tie tiedY = (a, b) -> y[a] == y[b];
        long pairs = (long) x.length * (x.length - 1) / 2;
        long untiedY = pairs - tiedPairs(order.order(), tiedY);
        int[] places = densePlaces(order.order(), tiedY);
        order.sortBy(example -> ScoreKey.of(x[example])); // stable, so by x and then by y
        Tie tiedX = (a, b) -> x[a] == x[b];
        long untiedX = pairs - tiedPairs(order.order(), tiedX);
        long tiedInBoth = tiedPairs(order.order(), (a, b) -> tiedX.between(a, b) && tiedY.between(a, b));
        int[] values = new int[places.length];
        for (int place = 0; place < values.length; place++) {
            values[place] = places[order.order()[place]];
        }
        long discordant = inversions(values, order.spare());
        long tiedInAny = 2 * pairs - untiedX - untiedY - tiedInBoth;
        long concordant = pairs - tiedInAny - discordant;
        // at most 2^61 pairs: their product is a double without overflow
        return Math.clamp((concordant - discordant) / Math.sqrt((double) untiedX * untiedY), -1, 1);
    }

    /** Returns the number of pairs of examples that are tied; tied examples must stand together in the order. */
    private static long tiedPairs(int[] order, Tie tie) {
        long pairs = 0;
        int tiedBefore = 0;
        for (int place = 1; place < order.length; place++) {
            tiedBefore = tie.between(order[place - 1], order[place]) ? tiedBefore + 1 : 0;
            pairs += tiedBefore;
        }
        return pairs;
    }

    /** Returns, for each example, the number of different scores before its own. */
    private static int[] densePlaces(int[] order, Tie tie) {
        int[] places = new int[order.length];
        for (int place = 1; place < order.length; place++) {
            int previous = places[order[place - 1]];
            places[order[place]] = tie.between(order[place - 1], order[place]) ? previous : previous + 1;
        }
        return places;
    }

    /** Returns the number of pairs with the larger value first. It sorts the values, and overwrites {@code spare}. */
    private static long inversions(int[] values, int[] spare) {
        int[] from = values;
        int[] to = spare;
        long inversions = 0;
        for (long width = 1; width < values.length; width *= 2) {
            for (long start = 0; start < values.length; start += 2 * width) {
                inversions += merge(from, to, (int) start, (int) Math.min(start + width, values.length),
                        (int) Math.min(start + 2 * width, values.length));
            }
            int[] merged = to;
            to = from;
            from = merged;
        }
        return inversions;
    }

    private static long merge(int[] from, int[] to, int start, int middle, int end) {
        long inversions = 0;
        int left = start;
        int right = middle;
        for (int place = start; place < end; place++) {
            if (right == end || left < middle && from[left] <= from[right]) {
                to[place] = from[left++];
            } else {
                to[place] = from[right++];
                inversions += middle - left;
            }
        }
        return inversions;
    }
}
