package dev.lethe.tracker.rank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RadixOrderTest {

    /** Sorts objects, which is stable. */
    private static int[] sorted(int[] order, IntToLongFunction key) {
        Comparator<Integer> unsigned = (a, b) -> Long.compareUnsigned(key.applyAsLong(a), key.applyAsLong(b));
        return IntStream.of(order).boxed().sorted(unsigned).mapToInt(Integer::intValue).toArray();
    }

    private static long[] keys(int size, long mask, long seed) {
        return new Random(seed).longs(size).map(bits -> bits & mask).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 64, 1000, 5000})
    void shouldSortByUnsignedKeysOfAnyDigits(int size) {
        for (long mask : new long[]{-1, 0, 1, 0x7, 0x7FF, 0x800, 0xFFFF_0000L, 0xFF00_0000_0000_00FFL,
                Long.MIN_VALUE}) {
            long[] keys = keys(size, mask, mask ^ size);
            int[] ids = IntStream.range(0, size).toArray();
            assertArrayEquals(sorted(ids, id -> keys[id]), new RadixOrder(size).sortBy(id -> keys[id]).order(),
                    "mask=" + mask);
        }
    }

    @Test
    void shouldKeepTheOrderOfTiedIds() {
        long[] first = keys(3000, 0x3F, 1);
        long[] second = keys(3000, 0x1F00, 2);
        int[] expected = sorted(sorted(IntStream.range(0, 3000).toArray(), id -> first[id]), id -> second[id]);
        RadixOrder order = new RadixOrder(3000).sortBy(id -> first[id]).sortBy(id -> second[id]);
        assertArrayEquals(expected, order.order());
        assertNotSame(order.order(), order.spare());
        assertEquals(3000, order.spare().length);
    }

    @Test
    void shouldOrderScoresAsNumbers() {
        double[] ascending = {Double.NEGATIVE_INFINITY, -Double.MAX_VALUE, -1, -Double.MIN_VALUE, 0, Double.MIN_VALUE,
                0.5, 1, Math.nextUp(1.0), Double.MAX_VALUE, Double.POSITIVE_INFINITY};
        for (int i = 1; i < ascending.length; i++) {
            assertTrue(Long.compareUnsigned(ScoreKey.of(ascending[i - 1]), ScoreKey.of(ascending[i])) < 0,
                    ascending[i - 1] + " before " + ascending[i]);
        }
        assertEquals(ScoreKey.of(0.0), ScoreKey.of(-0.0));
    }
}
