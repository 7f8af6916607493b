package dev.lethe.kernels.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
    private static final int ELEMENTS = 1 << 16;

    private static BitSet kept(Dropout dropout, int epoch, int example) {
        BitSet kept = new BitSet(ELEMENTS);
        long key = dropout.key(epoch, example);
        for (int i = 0; i < ELEMENTS; i++) {
            kept.set(i, dropout.keeps(key, i));
        }
        return kept;
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.1f, 0.3f, 0.5f, 0.9f})
    void shouldDropTheShareItIsAskedTo(float probability) {
        double deviation = Math.sqrt(probability * (1 - probability) / ELEMENTS);
        for (int example = 0; example < 20; example++) {
            double dropped = 1 - kept(new Dropout(probability, 7, 0), 3, example).cardinality() / (double) ELEMENTS;
            assertEquals(probability, dropped, 4.5 * deviation + 1e-7, "example " + example);
        }
    }

    @Test
    void shouldKeepTheMean() {
        Dropout dropout = new Dropout(0.3f, 1, 2);
        assertEquals(1, dropout.scale() * kept(dropout, 0, 0).cardinality() / ELEMENTS, 0.01);
    }

    @Test
    void shouldDrawEveryEpochExampleLayerAndSeedApart() {
        BitSet[] masks = {kept(new Dropout(0.5f, 1, 0), 0, 0), kept(new Dropout(0.5f, 1, 0), 1, 0),
                kept(new Dropout(0.5f, 1, 0), 0, 1), kept(new Dropout(0.5f, 1, 1), 0, 0),
                kept(new Dropout(0.5f, 2, 0), 0, 0)};
        for (int i = 0; i < masks.length; i++) {
            for (int j = 0; j < i; j++) {
                BitSet differing = (BitSet) masks[i].clone();
                differing.xor(masks[j]);
                assertEquals(0.5, differing.cardinality() / (double) ELEMENTS, 0.01, i + " against " + j);
            }
        }
    }

    @Test
    void shouldDrawNeighboursApart() {
        BitSet kept = kept(new Dropout(0.5f, 9, 0), 0, 5);
        for (int distance : new int[]{1, 2, 3, 16, 64, 256, 4096}) {
            int same = 0;
            for (int i = 0; i + distance < ELEMENTS; i++) {
                same += kept.get(i) == kept.get(i + distance) ? 1 : 0;
            }
            assertEquals(0.5, same / (double) (ELEMENTS - distance), 0.01, "distance " + distance);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, 1, Float.NaN})
    void shouldRefuseAProbabilityThatIsNone(float probability) {
        String message = assertThrows(IllegalArgumentException.class, () -> new Dropout(probability, 0, 0))
                .getMessage();
        assertTrue(message.contains("dropout probability=" + probability), message);
    }
}
