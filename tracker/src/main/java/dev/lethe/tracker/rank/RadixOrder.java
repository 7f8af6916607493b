package dev.lethe.tracker.rank;

import java.util.function.IntToLongFunction;

/**
 * An order of ids by 64-bit keys, made by a radix sort from the least significant digit: the sort is stable, so that
 * the previous order breaks ties. Digits that are the same in all keys cost nothing: counts of forgetting events take
 * one pass. It holds two {@code int}s for each id.
 */
final class RadixOrder {
    private static final int DIGIT_BITS = 11;
    private static final int BUCKETS = 1 << DIGIT_BITS;
    private static final int DIGITS = (Long.SIZE + DIGIT_BITS - 1) / DIGIT_BITS;

    private int[] order;
    private int[] spare;

    /** Makes the ascending order of the ids {@code [0, size)}. */
    RadixOrder(int size) {
        order = new int[size];
        spare = new int[size];
        for (int id = 0; id < size; id++) {
            order[id] = id;
        }
    }

    /** Makes the order of ids by scores, none of them NaN; ties by id. */
    static RadixOrder of(double[] scores) {
        return new RadixOrder(scores.length).sortBy(id -> ScoreKey.of(scores[id]));
    }

    /**
     * Sorts by keys, unsigned and ascending.
     *
     * @param key
     *            returns the key of an id; called several times for each id, and must return the same each time
     * @return this order
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

    /** Returns the ids in order, not copied: the next sort overwrites them. */
    int[] order() {
        return order;
    }

    /** Returns an array as long as {@link #order}, free for any use until the next sort. */
    int[] spare() {
        return spare;
    }
}
