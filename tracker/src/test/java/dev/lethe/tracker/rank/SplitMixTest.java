package dev.lethe.tracker.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SplitMixTest {

    /** Compares with the first outputs of the published generator from state 0. */
    @Test
    void shouldDrawThePublishedNumbersOfSeedZero() {
        assertEquals(0xE220A8397B1DCDAFL, SplitMix.bits(0, 0));
        assertEquals(0x6E789E6AA1B965F4L, SplitMix.bits(0, 1));
        assertEquals(0x06C45D188009454FL, SplitMix.bits(0, 2));
    }

    @Test
    void shouldDrawDifferentBitsForDifferentCounters() {
        assertEquals(100_000, LongStream.range(0, 100_000).map(i -> SplitMix.bits(5, i)).distinct().count());
    }

    @Test
    void shouldDrawEachNumberBelowABoundAboutEquallyOften() {
        int[] drawn = new int[7];
        for (int i = 0; i < 70_000; i++) {
            drawn[SplitMix.below(7, 3, i)]++;
        }
        for (int count : drawn) {
            assertTrue(Math.abs(count - 10_000) < 500, "count=" + count);
        }
    }
}
