package dev.lethe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mask looks random along every index that it depends on. */
class DropoutMaskTest {
    private static final int EXAMPLES = 500;
    private static final int ELEMENTS = 2_000;
    private static final double MOST_DEVIATIONS = 4.5; // of what is fixed: it passes or fails for ever

    private static DropoutMask mask(float rate, long seed, int layer) {
        return new DropoutMask(rate, seed, layer, Tensors.data("epoch", DType.S32, 1),
                Tensors.data("order", DType.S32, 1));
    }

    /** Which elements of which examples are dropped. */
    private static boolean[][] drawn(DropoutMask mask, int epoch) {
        boolean[][] dropped = new boolean[EXAMPLES][ELEMENTS];
        for (int example = 0; example < EXAMPLES; example++) {
            long key = mask.key(epoch, example);
            for (int element = 0; element < ELEMENTS; element++) {
                dropped[example][element] = mask.drops(key, element);
            }
        }
        return dropped;
    }

    private static void assertCount(String what, double rate, long draws, long count) {
        double deviation = Math.sqrt(draws * rate * (1 - rate));
        assertEquals(0, (count - draws * rate) / deviation, MOST_DEVIATIONS, what);
    }

    @ParameterizedTest
    @ValueSource(floats = {0.001f, 0.1f, 0.3f, 0.5f, 0.75f, 0.99f})
    void shouldDropTheShareOfEveryExampleAndOfEveryElement(float rate) {
        boolean[][] dropped = drawn(mask(rate, 1, 0), 0);
        int[] ofElement = new int[ELEMENTS];
        long all = 0;
        for (int example = 0; example < EXAMPLES; example++) {
            int ofExample = 0;
            for (int element = 0; element < ELEMENTS; element++) {
                ofExample += dropped[example][element] ? 1 : 0;
                ofElement[element] += dropped[example][element] ? 1 : 0;
            }
            all += ofExample;
            if (rate > 0.01 && rate < 0.99) { // of fewer the count is not normal
                assertCount("example " + example, rate, ELEMENTS, ofExample);
            }
        }
        assertCount("all", rate, (long) EXAMPLES * ELEMENTS, all);
        for (int element = 0; element < ELEMENTS && rate > 0.01 && rate < 0.99; element++) {
            assertCount("element " + element, rate, EXAMPLES, ofElement[element]);
        }
    }

    /** As binomials would: the squared deviations of all counts add up to about their number. */
    @Test
    void shouldSpreadAsIndependentDrawsDo() {
        float rate = 0.3f;
        for (int epoch = 0; epoch < 5; epoch++) {
            double squares = 0;
            for (boolean[] example : drawn(mask(rate, 1, 0), epoch)) {
                double count = 0;
                for (boolean dropped : example) {
                    count += dropped ? 1 : 0;
                }
                squares += Math.pow(count - ELEMENTS * rate, 2) / (ELEMENTS * rate * (1 - rate));
            }
            assertEquals(EXAMPLES, squares, MOST_DEVIATIONS * Math.sqrt(2 * EXAMPLES), "epoch " + epoch);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 16, 32, 64, 256, 1024})
    void shouldNotRepeatAlongElements(int lag) {
        float rate = 0.3f;
        boolean[][] dropped = drawn(mask(rate, 7, 3), 2);
        long both = 0;
        for (boolean[] example : dropped) {
            for (int element = lag; element < ELEMENTS; element++) {
                both += example[element] && example[element - lag] ? 1 : 0;
            }
        }
        assertCount("lag " + lag, rate * rate, (long) EXAMPLES * (ELEMENTS - lag), both);
    }

    @Test
    void shouldDifferByExampleEpochLayerAndSeed() {
        float rate = 0.5f;
        boolean[][] dropped = drawn(mask(rate, 1, 0), 0);
        boolean[][] ofNext = new boolean[EXAMPLES][];
        for (int example = 0; example < EXAMPLES; example++) {
            ofNext[example] = dropped[(example + 1) % EXAMPLES];
        }
        assertIndependent("example", dropped, ofNext);
        for (int bit = 0; bit < 31; bit++) {
            boolean[][] ofEpoch = drawn(mask(rate, 1, 0), 1 << bit);
            boolean[][] ofLayer = drawn(mask(rate, 1, 1 << bit), 0);
            boolean[][] ofSeed = drawn(mask(rate, 1L ^ 1L << 2 * bit, 0), 0);
            assertIndependent("epoch", dropped, ofEpoch);
            assertIndependent("layer", dropped, ofLayer);
            assertIndependent("seed", dropped, ofSeed);
        }
    }

    /** At a rate of one half, half of all elements agree. */
    private static void assertIndependent(String what, boolean[][] first, boolean[][] second) {
        long equal = 0;
        for (int example = 0; example < EXAMPLES; example++) {
            for (int element = 0; element < ELEMENTS; element++) {
                equal += first[example][element] == second[example][element] ? 1 : 0;
            }
        }
        assertCount(what, 0.5, (long) EXAMPLES * ELEMENTS, equal);
    }

    @Test
    void shouldDrawTheSameAgain() {
        DropoutMask mask = mask(0.3f, 1, 2);
        DropoutMask again = mask(0.3f, 1, 2);
        for (int element = 0; element < 100; element++) {
            assertEquals(mask.drops(mask.key(3, 4), element), again.drops(again.key(3, 4), element));
        }
    }

    @Test
    void shouldKeepTheMean() {
        assertEquals(1, (1 - 0.3) * mask(0.3f, 1, 0).scale(), 1e-6);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 1, -0.1f, Float.NaN})
    void shouldRefuseARateThatDropsNothingOrAll(float rate) {
        String message = assertThrows(IllegalArgumentException.class, () -> mask(rate, 1, 0)).getMessage();
        assertTrue(message.contains("rate=" + rate), message);
    }
}
