package dev.lethe.tracker.rank;

import java.util.function.IntToLongFunction;

/**
 * Orders ids by 64-bit keys: a radix sort from the least significant digit, so it is stable, and what it was ordered by
 * before breaks the ties. Digits that are the same in all keys cost nothing: counts of forgetting events take one pass.
 * It holds two {@code int} an id.
 */
final class RadixOrder {
    private static final int DIGIT_BITS = 11;
    private static final int BUCKETS = 1 << DIGIT_BITS;
    private static final int DIGITS = (Long.SIZE + DIGIT_BITS - 1) / DIGIT_BITS;

    private int[] order;
    private int[] spare;

    /** The ids {@code [0, size)}, ascending. */
    RadixOrder(int size) {
        order = new int[size];
        spare = new int[size];
        for (int id = 0; id < size; id++) {
            order[id] = id;
        }
    }

    /** The ids in the order of these scores, none of them NaN; ties by id. */
    static RadixOrder of(double[] scores) {
        return new RadixOrder(scores.length).sortBy(id -> ScoreKey.of(scores[id]));
    }

    /**
     * Sorts by keys, unsigned and ascending.
     *
     * @param key
     *            called several times for each id, and always with the same result
     */
    RadixOrder sortBy(IntToLongFunction key) {
        if (order.length > 0) {
            int[][] counts = countDigits(key);
            long anyKey = key.applyAsLong(0);
            for (int digit = 0; digit < DIGITS; digit++) {
                if (counts[digit][bucket(anyKey, digit)] < order.length) {
                    sortByDigit(key, digit, counts[digit]);
                }
            }
        }
        return this;
    }

    private int[][] countDigits(IntToLongFunction key) {
        int[][] counts = new int[DIGITS][BUCKETS];
        // in the order of ids, which reads keys from memory in sequence
        for (int id = 0; id < order.length; id++) {
            long bits = key.applyAsLong(id);
            for (int digit = 0; digit < DIGITS; digit++) {
                counts[digit][bucket(bits, digit)]++;
            }
        }
        return counts;
    }

    private void sortByDigit(IntToLongFunction key, int digit, int[] counts) {
        int[] next = counts;
        int start = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            int count = counts[bucket];
            next[bucket] = start;
            start += count;
        }
        for (int id : order) {
            spare[next[bucket(key.applyAsLong(id), digit)]++] = id;
        }
        int[] sorted = spare;
        spare = order;
        order = sorted;
    }

    private static int bucket(long key, int digit) {
        return (int) (key >>> digit * DIGIT_BITS) & BUCKETS - 1;
    }

    /** The ids in order, not copied: the next sort overwrites them. */
    int[] order() {
        return order;
    }

    /** As long as {@link #order}, free for any use until the next sort. */
    int[] spare() {
        return spare;
    }
}
