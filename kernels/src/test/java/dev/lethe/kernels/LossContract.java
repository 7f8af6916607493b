package dev.lethe.kernels;

import static dev.lethe.kernels.Tensors.data;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.random.Philox;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The contract of every backend's tables by example, which hold exactly what the rows of presentations say, and of the
 * weights of presentations.
 */
abstract class LossContract extends PauseContract {
    private static final int EXAMPLES = 131; // planes of two words and a bit
    private static final int CLASSES = 11;
    private static final int BATCH = 37;
    private static final int BATCHES = 3;

    private final Tensor labels = data("labels", DType.S32, EXAMPLES);
    private final Tensor order = data("order", DType.S32, EXAMPLES);
    private final Predictions rows = Predictions.rows("p", EXAMPLES);
    private final ExampleTables tables = ExampleTables.of("p", EXAMPLES);
    private final int[] shuffled = new int[EXAMPLES];
    private final Map<Tensor, MemorySegment> results = new HashMap<>();

    private Tensor logits() {
        return activation("logits", BATCH, CLASSES);
    }

    private Program compile() {
        PlanSpec plan = new PlanSpec("loss", BATCH, List.of(new SoftmaxCrossEntropy(logits(), labels, order, rows, 0,
                BATCH, Optional.empty(), Optional.of(tables))));
        return backend.compile(new ProgramSpec(List.of(plan)));
    }

    private void bind(Program program, Arena arena) {
        Philox.permutation(shuffled, SEED, Philox.Stream.ORDER, 0);
        program.bind(labels, MemorySegment.ofArray(new Random(SEED).ints(EXAMPLES, 0, CLASSES).toArray()));
        program.bind(order, MemorySegment.ofArray(shuffled));
        for (List<Tensor> tensors : List.of(rows.columns(), tables.tables())) {
            for (Tensor tensor : tensors) {
                MemorySegment memory = arena.allocate(tensor.bytes(), 64).fill((byte) -1);
                results.put(tensor, memory);
                program.bind(tensor, memory);
            }
        }
    }

    /** Presents a batch with some logits that are NaN or infinite. */
    private void present(Program program, int batch) {
        float[] values = new float[BATCH * CLASSES];
        Random random = new Random(SEED + batch);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 5;
        }
        values[3 * CLASSES] = Float.NaN;
        int example = shuffled[batch * BATCH + 5];
        values[5 * CLASSES + label(example)] = Float.POSITIVE_INFINITY; // predicted right, but with no loss
        program.write(logits(), values);
        program.plan("loss").run(batch * BATCH, 0);
    }

    private static int label(int example) {
        return new Random(SEED).ints(EXAMPLES, 0, CLASSES).toArray()[example];
    }

    private float value(Tensor column, int row) {
        return results.get(column).getAtIndex(JAVA_FLOAT, row);
    }

    private boolean isSet(Tensor plane, int example) {
        return (results.get(plane).getAtIndex(JAVA_INT, example / 32) >>> example % 32 & 1) != 0;
    }

    /** Compares the tables with the rows of batches [first, last]. */
    private void assertTables(Program program, int first, int last) {
        results.keySet().forEach(program::download);
        float[] sums = new float[EXAMPLES * ExampleTables.SUMS];
        boolean[] seen = new boolean[EXAMPLES];
        boolean[] right = new boolean[EXAMPLES];
        for (int row = first * BATCH; row < (last + 1) * BATCH; row++) {
            int example = shuffled[row];
            float probability = value(rows.probability(), row);
            float[] values = {value(rows.margin(), row), value(rows.el2n(), row), probability,
                    probability * probability, value(rows.loss(), row)};
            boolean finite = true;
            for (int i = 0; i < values.length; i++) {
                sums[example * ExampleTables.SUMS + i] = values[i] + 0f; // no negative zeros
                finite &= Float.isFinite(values[i]);
            }
            seen[example] = true;
            right[example] = finite && results.get(rows.correct()).getAtIndex(JAVA_INT, row) == 1;
        }
        for (int example = 0; example < results.get(tables.seen()).byteSize() * 8; example++) {
            boolean real = example < EXAMPLES;
            assertEquals(real && seen[example], isSet(tables.seen(), example), "seen: " + example);
            assertEquals(real && right[example], isSet(tables.correct(), example), "right: " + example);
        }
        assertArrayEquals(sums, results.get(tables.sums()).toArray(JAVA_FLOAT));
    }

    @Test
    void shouldAddUpPresentationsByExample() {
        try (Arena arena = Arena.ofShared(); Program program = compile()) {
            bind(program, arena);
            tables.tables().forEach(program::clear);
            for (int batch = 0; batch < BATCHES; batch++) {
                present(program, batch);
            }
            assertTables(program, 0, BATCHES - 1);
            MemorySegment correct = results.get(rows.correct());
            assertEquals(1, correct.getAtIndex(JAVA_INT, 5), "infinitely right is right in its row");
            assertTrue(!isSet(tables.correct(), shuffled[5]), "but not in the plane");
        }
    }

    private SoftmaxCrossEntropy weighted(int batch, int classes, Optional<Tensor> weights) {
        return new SoftmaxCrossEntropy(activation("logits", batch, classes), labels, order, rows, 0.1f, 2 * batch,
                Optional.of(activation("gradient", batch, classes)), Optional.empty(), weights);
    }

    private Map<Tensor, float[]> weigh(int batch, int classes, Optional<Tensor> weights, float[] values) {
        OpRunner runner = new OpRunner(batch, weighted(batch, classes, weights))
                .bindInts(labels, new Random(SEED).ints(EXAMPLES, 0, classes).toArray())
                .bindInts(order, new Random(SEED).ints(EXAMPLES, 0, EXAMPLES).toArray()).randomInputs(SEED);
        weights.ifPresent(tensor -> runner.bind(tensor, MemorySegment.ofArray(values)));
        return assertAgrees(classes, runner, 3);
    }

    @ParameterizedTest
    @CsvSource({"1,2", "5,10", "33,16", "20,33"})
    void shouldWeighGradientsAndNothingElse(int batch, int classes) {
        Tensor weights = data("weights", DType.F32, EXAMPLES);
        float[] values = new float[EXAMPLES];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 4 == 0 ? 0 : i % 7 - 2.5f; // some are negative
        }
        Map<Tensor, float[]> plain = weigh(batch, classes, Optional.empty(), values);
        Map<Tensor, float[]> actual = weigh(batch, classes, Optional.of(weights), values);
        Tensor gradient = activation("gradient", batch, classes);
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < classes; c++) {
                float expected = plain.get(gradient)[n * classes + c] * values[3 + n];
                assertEquals(expected, actual.get(gradient)[n * classes + c], Math.abs(expected) * 0.01f + 1e-8f);
            }
        }
        rows.columns().forEach(column -> assertArrayEquals(plain.get(column), actual.get(column), column.name()));
        Arrays.fill(values, 1);
        assertArrayEquals(plain.get(gradient), weigh(batch, classes, Optional.of(weights), values).get(gradient));
    }

    @Test
    void shouldRefuseWeightsThatAreNotOneForEachPresentation() {
        Tensor few = data("weights", DType.F32, EXAMPLES - 1);
        String message = assertThrows(IllegalArgumentException.class, () -> weighted(2, 3, Optional.of(few)))
                .getMessage();
        assertTrue(message.startsWith("expected one F32 for each presentation"), message);
    }

    @Test
    void shouldBeginAnotherEpochWithEmptyTables() {
        try (Arena arena = Arena.ofShared(); Program program = compile()) {
            bind(program, arena);
            tables.tables().forEach(program::clear);
            present(program, 0);
            present(program, 1);
            tables.tables().forEach(program::clear);
            present(program, 2);
            assertTables(program, 2, 2);
        }
    }
}
