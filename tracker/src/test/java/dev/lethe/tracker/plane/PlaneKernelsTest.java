package dev.lethe.tracker.plane;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.table.PlaneTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agreement of the Vector API kernels with their scalar twin. */
class PlaneKernelsTest {
    private static final PlaneKernels SCALAR = PlaneKernelChoice.scalar();
    private static final PlaneKernels VECTOR = PlaneKernelChoice.vector();

    private static PlaneTable randomTable(int examples, int epochs, double everySeen, Random random, Arena arena) {
        long planeBytes = (examples + 511) / 512 * 64L;
        MemorySegment memory = arena.allocate(2 * planeBytes * epochs + 64, 64);
        long[] every = new long[epochs];
        for (int epoch = 0; epoch < epochs; epoch++) {
            every[epoch] = random.nextDouble() < everySeen ? -1L : 0;
            for (int word = 0; word * 64 < examples; word++) {
                long live = examples - word * 64 >= 64 ? -1L : (1L << examples - word * 64) - 1;
                long seen = live & (every[epoch] | random.nextLong() | random.nextLong());
                long at = epoch * planeBytes + word * 8L;
                memory.set(PlaneTable.WORD, at, seen & (random.nextLong() | random.nextLong()));
                memory.set(PlaneTable.WORD, planeBytes * epochs + at, every[epoch] == 0 ? seen : 0);
            }
        }
        return new PlaneTable(memory, examples, 0, planeBytes * epochs, planeBytes, every);
    }

    private static void assertAgree(PlaneTable table) {
        for (PlaneEvent event : PlaneEvent.values()) {
            assertArrayEquals(SCALAR.count(table, event).toArray(), VECTOR.count(table, event).toArray(),
                    event + " examples=" + table.examples() + " rows=" + table.rows());
        }
        PlaneKernels.RowTotals expected = SCALAR.totals(table);
        PlaneKernels.RowTotals actual = VECTOR.totals(table);
        assertArrayEquals(expected.learned(), actual.learned());
        assertArrayEquals(expected.forgotten(), actual.forgotten());
        assertArrayEquals(expected.everLearned(), actual.everLearned());
        assertArrayEquals(expected.unforgettable(), actual.unforgettable());
        assertEquals(Arrays.stream(expected.forgotten()).sum(),
                Arrays.stream(VECTOR.count(table, PlaneEvent.FORGOTTEN).toArray()).asLongStream().sum());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "63, 2", "64, 3", "65, 4", "511, 5", "512, 6", "513, 7", "1000, 20", "5000, 40", "70, 254",
            "70, 255", "513, 256", "100, 511", "600, 600", "40000, 33", "131072, 3", "131073, 4", "600000, 17",
            "300000, 257"})
    void shouldCountAsTheScalarTwinDoes(int examples, int epochs) {
        Random random = new Random(examples * 1000L + epochs);
        try (Arena arena = Arena.ofShared()) {
            assertAgree(randomTable(examples, epochs, 0, random, arena));
            assertAgree(randomTable(examples, epochs, 0.5, random, arena));
            assertAgree(randomTable(examples, epochs, 1, random, arena));
        }
    }

    @Test
    void shouldCountNothingOverNoEpochs() {
        assertAgree(new PlaneTable(MemorySegment.NULL, 1, 0, 0, 64, new long[0]));
    }

    @Test
    void shouldTurnValuesIntoBitsAsTheScalarTwinDoes() {
        Random random = new Random(1);
        float[] odd = {0, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE,
                Float.MIN_VALUE};
        for (int trial = 0; trial < 200; trial++) {
            float[][] columns = new float[4][PlaneKernels.MAX_ROWS];
            int[] values = new int[PlaneKernels.MAX_ROWS];
            for (int i = 0; i < PlaneKernels.MAX_ROWS; i++) {
                for (float[] column : columns) {
                    // all four finite now and then
                    column[i] = random.nextInt(3) > 0 ? 1 : odd[random.nextInt(odd.length)];
                }
                values[i] = random.nextInt(3) - 1;
            }
            assertEquals(SCALAR.nonZero(values), VECTOR.nonZero(values));
            assertEquals(SCALAR.finite(columns[0], columns[1], columns[2], columns[3]),
                    VECTOR.finite(columns[0], columns[1], columns[2], columns[3]));
        }
    }

    @Test
    void shouldTellConsecutiveValues() {
        int[] values = new int[PlaneKernels.MAX_ROWS];
        Arrays.setAll(values, i -> i + 1000);
        for (PlaneKernels kernels : new PlaneKernels[]{SCALAR, VECTOR}) {
            assertTrue(kernels.consecutive(values));
            for (int broken = 1; broken < values.length; broken++) {
                values[broken]++;
                assertFalse(kernels.consecutive(values));
                values[broken]--;
            }
        }
    }

    @Test
    void shouldClaimStatesAsTheScalarTwinDoes() {
        Random random = new Random(1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] states = {arena.allocate(512, 64), arena.allocate(512, 64)};
            for (int trial = 0; trial < 1000; trial++) {
                int first = random.nextInt(512 - PlaneKernels.MAX_ROWS + 1);
                long correct = random.nextLong();
                assertEquals(SCALAR.claim(states[0], first, correct), VECTOR.claim(states[1], first, correct));
                assertEquals(-1, states[0].mismatch(states[1]));
                if (trial % 20 == 19) {
                    states[0].fill(PlaneKernels.UNSEEN);
                    states[1].fill(PlaneKernels.UNSEEN);
                }
            }
        }
    }

    /** Compares results to the bit, in every lane and for all magnitudes of logits, NaN and infinities among them. */
    @ParameterizedTest
    @CsvSource({"64, 10", "64, 2", "1, 3", "17, 10", "63, 100"})
    void shouldScoreLogitsAsTheScalarTwinDoes(int rows, int classes) {
        Random random = new Random(rows + classes);
        float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, -0f, 1e30f};
        LogitBlock expected = new LogitBlock(classes);
        LogitBlock actual = new LogitBlock(classes);
        for (int trial = 0; trial < 200; trial++) {
            float scale = (float) Math.exp(random.nextInt(9) - 3);
            for (int i = 0; i < rows * classes; i++) {
                float logit = random.nextInt(100) == 0
                        ? odd[random.nextInt(odd.length)]
                        : (float) random.nextGaussian();
                expected.logits()[i] = scale * logit;
            }
            for (int row = 0; row < rows; row++) {
                expected.labels()[row] = random.nextInt(classes);
            }
            System.arraycopy(expected.logits(), 0, actual.logits(), 0, rows * classes);
            System.arraycopy(expected.labels(), 0, actual.labels(), 0, rows);
            SCALAR.score(expected, rows);
            VECTOR.score(actual, rows);
            for (int row = 0; row < rows; row++) {
                assertEquals(expected.margins()[row], actual.margins()[row], "margin");
                assertEquals(expected.el2n()[row], actual.el2n()[row], "EL2N");
                assertEquals(expected.probabilities()[row], actual.probabilities()[row], "probability");
                assertEquals(expected.losses()[row], actual.losses()[row], "loss");
                if (Float.isFinite(expected.margins()[row])) {
                    assertEquals(expected.predicted()[row], actual.predicted()[row], "predicted");
                }
            }
        }
    }

    @Test
    void shouldRefuseATableThatDoesNotFitItsMemory() {
        MemorySegment memory = Arena.ofAuto().allocate(256);
        new PlaneTable(memory, 512, 0, 128, 64, new long[2]);
        assertThrows(IllegalArgumentException.class, () -> new PlaneTable(memory, 512, 0, 129, 64, new long[2]));
        assertThrows(IllegalArgumentException.class, () -> new PlaneTable(memory, 513, 0, 128, 64, new long[2]));
        assertThrows(IllegalArgumentException.class, () -> new PlaneTable(memory, 10, 0, 128, 32, new long[2]));
    }
}
