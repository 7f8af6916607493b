package dev.lethe.tracker.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectionTest {
    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        for (int bit : set) {
            bits.set(bit);
        }
        return bits;
    }

    @Test
    void shouldAgreeWithAnExampleByHand() {
        // scikit-learn's documentation: y = 0 0 1 1, scores = .1 .4 .35 .8
        Detection detection = Detection.of(new double[]{0.1, 0.4, 0.35, 0.8}, bits(2, 3));
        assertEquals(0.75, detection.auroc(), 1e-15);
        assertEquals(0.8333333333333333, detection.averagePrecision(), 1e-15);
        assertEquals(0.5, detection.precisionAtCount(), 1e-15);
        assertEquals(4, detection.thresholds());
        assertEquals(0.5, detection.recall(0), 1e-15);
        assertEquals(0.5, detection.falsePositiveRate(1), 1e-15);
    }

    @Test
    void shouldCountTiesAsTheyAreOnAverage() {
        Detection detection = Detection.of(new double[]{1, 1, 1, 1, 2, 0}, bits(0, 4));
        // found first: 4; then one of four tied, of which one is right
        assertEquals((1 + 0.25) / 2, detection.precisionAtCount(), 1e-15);
        assertEquals(3, detection.thresholds());
        assertEquals((1 + (0.5 * 3 + 1) / 4) / 2, detection.auroc(), 1e-15);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldAgreeWithALiteralCountOfPairs(long seed) {
        Random random = new Random(seed);
        int examples = 200;
        double[] scores = random.doubles(examples).map(x -> Math.floor(12 * x)).toArray();
        BitSet positive = new BitSet();
        for (int i = 0; i < examples; i++) {
            positive.set(i, random.nextDouble() < 0.1 + scores[i] / 30);
        }
        double better = 0;
        long pairs = 0;
        for (int i = 0; i < examples; i++) {
            for (int j = 0; j < examples; j++) {
                if (positive.get(i) && !positive.get(j)) {
                    pairs++;
                    better += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        assertEquals(better / pairs, Detection.of(scores, positive).auroc(), 1e-12);
    }

    @Test
    void shouldSayWhatIsPerfect() {
        Detection detection = Detection.of(new double[]{Double.POSITIVE_INFINITY, 3, 2, 1}, bits(0, 1));
        assertEquals(1, detection.auroc(), 0);
        assertEquals(1, detection.averagePrecision(), 0);
        assertEquals(1, detection.precisionAtCount(), 0);
    }

    @Test
    void shouldRefuseWhatCannotBeCompared() {
        assertThrows(IllegalArgumentException.class, () -> Detection.of(new double[]{1, 2}, bits()));
        assertThrows(IllegalArgumentException.class, () -> Detection.of(new double[]{1, 2}, bits(0, 1)));
        assertThrows(IllegalArgumentException.class, () -> Detection.of(new double[]{1, 2}, bits(0, 2)));
        assertThrows(IllegalArgumentException.class, () -> Detection.of(new double[]{1, Double.NaN}, bits(0)));
    }
}
