package dev.lethe.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.Agreement;
import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Softmax cross-entropy and the scores of presentations, in both layouts of logits. */
class LossPassTest extends PassTest {
    private Predictions rows;
    private Tensor logits;
    private Tensor gradient;
    private int[] labels;
    private List<MemorySegment> columns;

    private void prepare(DType type, int batch, int classes, float smoothing, int meanOver) {
        Random random = new Random(classes);
        labels = random.ints(batch, 0, classes).toArray();
        Tensor given = new Tensor("labels", Role.DATA, DType.S32, Shape.of(batch));
        Tensor order = new Tensor("order", Role.DATA, DType.S32, Shape.of(batch));
        rows = Predictions.rows("p", batch);
        logits = activation("logits", type, batch, classes);
        gradient = activation("gradient", type, batch, classes);
        float[] values = new float[batch * classes];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * (i % 5 == 0 ? 30 : 3); // some are sure, and some wrong
        }
        reference(new OpRunner(batch, new SoftmaxCrossEntropy(logits, given, order, rows, smoothing, meanOver,
                Optional.of(gradient), Optional.empty())).bindInts(given, labels)
                .bindInts(order, IntStream.range(0, batch).toArray()).input(logits, values), 0);
        columns = rows.columns().stream().map(column -> poisoned(column.bytes())).toList();
    }

    private void run(LossPass pass, MemorySegment memory, long from, long to, long vector, int batch) {
        pass.into(columns.get(0), columns.get(1), columns.get(2), columns.get(3), columns.get(4), columns.get(5));
        for (int first = 0; first < batch; first += Floats.LANES) {
            int count = Math.min(Floats.LANES, batch - first);
            for (int lane = 0; lane < count; lane++) {
                pass.label(lane, labels[first + lane]);
            }
            pass.run(memory, from + first * vector, to + first * vector, first, count);
        }
    }

    private void assertColumns(DType type, int classes) {
        for (int i = 0; i < columns.size(); i++) {
            float[] expected = expected(rows.columns().get(i));
            float[] actual = new float[expected.length];
            for (int n = 0; n < actual.length; n++) {
                actual[n] = i < 2 ? columns.get(i).getAtIndex(JAVA_INT, n) : columns.get(i).getAtIndex(JAVA_FLOAT, n);
            }
            if (i < 2) {
                assertArrayEquals(expected, actual);
            } else {
                Agreement.assertAgree(rows.columns().get(i).name(), expected, actual, classes, DType.F32);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"F32,1,2,0", "F32,5,10,0", "F32,33,16,0.1", "F32,20,33,0", "F32,7,100,0.9", "BF16,5,10,0",
            "BF16,18,7,0.2"})
    void shouldJudgeRowsOfLogits(DType type, int batch, int classes, float smoothing) {
        prepare(type, batch, classes, smoothing, 2 * batch);
        run(LossPass.channelsLast(classes, 2 * batch, smoothing, type, type), memory(), at(logits), at(gradient),
                (long) classes * type.bytes(), batch);
        assertColumns(type, classes);
        assertAgrees(classes, gradient);
    }

    /** The lanes behind the last example must come out as zeros: later operations add them up. */
    @ParameterizedTest
    @CsvSource({"1,2,0", "5,10,0.1", "33,7,0"})
    void shouldJudgeExamplesInLanes(int batch, int classes, float smoothing) {
        prepare(DType.F32, batch, classes, smoothing, batch);
        long bytes = BatchBlock.bytes(classes, batch);
        MemorySegment blocks = poisoned(2 * bytes);
        float[] values = read(logits);
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < classes; c++) {
                blocks.set(JAVA_FLOAT, at(n, c, classes), values[n * classes + c]);
            }
        }
        LossPass pass = LossPass.batchLast(classes, batch, smoothing);
        pass.into(columns.get(0), columns.get(1), columns.get(2), columns.get(3), columns.get(4), columns.get(5));
        int places = BatchBlock.count(batch) * BatchBlock.EXAMPLES;
        for (int first = 0; first < places; first += Floats.LANES) {
            int count = Math.clamp(batch - first, 0, Floats.LANES);
            for (int lane = 0; lane < count; lane++) {
                pass.label(lane, labels[first + lane]);
            }
            pass.run(blocks, at(first, 0, classes), bytes + at(first, 0, classes), first, count);
        }
        assertColumns(DType.F32, classes);
        float[] actual = new float[batch * classes];
        for (int n = 0; n < places; n++) {
            for (int c = 0; c < classes; c++) {
                float value = blocks.get(JAVA_FLOAT, bytes + at(n, c, classes));
                if (n < batch) {
                    actual[n * classes + c] = value;
                } else {
                    assertEquals(0, value, "a lane without an example");
                }
            }
        }
        Agreement.assertAgree("gradient", expected(gradient), actual, classes, DType.F32);
    }

    private static long at(int n, int c, int classes) {
        return ((long) n / BatchBlock.EXAMPLES * classes + c) * BatchBlock.ELEMENT
                + n % BatchBlock.EXAMPLES * Floats.BYTES;
    }
}
