package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogitRecorderTest {
    /** A batch in random order with logits of all magnitudes. */
    private record Batch(int[] ids, float[] logits, int[] labels, int classes) {
        static Batch random(int examples, int classes, float scale, long seed) {
            Random random = new Random(seed);
            int[] ids = new int[examples];
            for (int i = 0; i < examples; i++) {
                int other = random.nextInt(i + 1);
                ids[i] = ids[other];
                ids[other] = i;
            }
            float[] logits = new float[examples * classes];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) (scale * random.nextGaussian());
            }
            return new Batch(ids, logits, random.ints(examples, 0, classes).toArray(), classes);
        }

        double logit(int row, int clazz) {
            return logits[row * classes + clazz];
        }

        double largestOther(int row) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                largest = c == labels[row] ? largest : Math.max(largest, logit(row, c));
            }
            return largest;
        }

        boolean correct(int row) {
            for (int c = 0; c < classes; c++) {
                double ofLabel = logit(row, labels[row]);
                if (logit(row, c) > ofLabel || c < labels[row] && logit(row, c) == ofLabel) {
                    return false;
                }
            }
            return true;
        }

        double[] softmax(int row) {
            double max = Math.max(largestOther(row), logit(row, labels[row]));
            double[] values = new double[classes];
            Arrays.setAll(values, c -> Math.exp(logit(row, c) - max));
            double sum = Arrays.stream(values).sum();
            return Arrays.stream(values).map(value -> value / sum).toArray();
        }

        double el2n(int row) {
            double[] softmax = softmax(row);
            softmax[labels[row]] -= 1;
            return Math.sqrt(Arrays.stream(softmax).map(error -> error * error).sum());
        }
    }

    private static History record(Batch batch) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(batch.ids.length, 1))) {
            int right = tracker.logitRecorder(batch.classes).record(batch.ids, batch.logits, batch.labels);
            tracker.commitEpoch();
            History history = tracker.history();
            assertEquals(history.totals(1).correct(), right);
            return history;
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 10, 3", "257, 2, 1", "64, 10, 0", "63, 3, 30", "1, 5, 1", "100, 1000, 5", "40, 17, 200"})
    void shouldAgreeWithTheDefinitionsInDoublePrecision(int examples, int classes, float scale) throws IOException {
        Batch batch = Batch.random(examples, classes, scale, examples);
        try (History history = record(batch)) {
            for (int row = 0; row < examples; row++) {
                int id = batch.ids[row];
                double margin = batch.logit(row, batch.labels[row]) - batch.largestOther(row);
                double probability = batch.softmax(row)[batch.labels[row]];
                assertEquals(batch.correct(row), history.correct(1, id), "correct, row " + row);
                assertEquals((float) margin + 0f, history.sum(RunningSum.MARGIN, id), "margin, row " + row);
                assertEquals(batch.el2n(row), history.sum(RunningSum.EL2N, id), 2e-6, "EL2N, row " + row);
                assertEquals(probability, history.sum(RunningSum.PROBABILITY, id), 1e-6, "probability, row " + row);
                double loss = -Math.log(probability);
                assertEquals(Double.isInfinite(loss) ? -margin : loss, history.sum(RunningSum.LOSS, id),
                        1e-6 * (1 + Math.abs(margin)), "loss, row " + row);
            }
        }
    }

    @Test
    void shouldRecordMemoryOnAndOffTheHeapAsArrays() throws IOException {
        Batch batch = Batch.random(300, 7, 2, 1);
        try (Arena arena = Arena.ofConfined();
                History expected = record(batch);
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(300, 2))) {
            LogitRecorder recorder = tracker.logitRecorder(7);
            recorder.record(MemorySegment.ofArray(batch.ids), MemorySegment.ofArray(batch.logits),
                    MemorySegment.ofArray(batch.labels), 0, 300);
            tracker.commitEpoch();
            MemorySegment ids = arena.allocateFrom(ValueLayout.JAVA_INT, batch.ids);
            MemorySegment logits = arena.allocateFrom(ValueLayout.JAVA_FLOAT, batch.logits);
            MemorySegment labels = arena.allocateFrom(ValueLayout.JAVA_INT, batch.labels);
            for (int first = 0; first < 300; first += 100) {
                recorder.record(ids, logits, labels, first, 100);
            }
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                for (int epoch = 0; epoch < 2; epoch++) {
                    assertEquals(-1, expected.correct(1).mismatch(history.correct(epoch + 1)));
                }
                for (int id = 0; id < 300; id++) {
                    assertEquals(2 * expected.sum(RunningSum.EL2N, id), history.sum(RunningSum.EL2N, id));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void shouldCountPresentationsWithANonFiniteLogitAsWrong(float value) throws IOException {
        float[] logits = {5, 1, value, value, 1, 2, 9, 1, 2};
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(3, 1))) {
            assertEquals(1, tracker.logitRecorder(3).record(new int[]{0, 1, 2}, logits, new int[]{0, 0, 0}));
            assertEquals(2, tracker.nonFinitePresentations());
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertFalse(history.correct(1, 0));
                assertFalse(history.correct(1, 1));
                assertTrue(history.correct(1, 2));
                assertTrue(Float.isNaN(history.sum(RunningSum.LOSS, 0)));
                assertTrue(Float.isFinite(history.sum(RunningSum.LOSS, 2)));
            }
        }
    }

    @Test
    void shouldTakeTheLowestOfSeveralLargestLogitsAsPrediction() throws IOException {
        float[] logits = {1, 1, 0, 1, 1, 0, 0, 0, 0};
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(3, 1))) {
            assertEquals(1, tracker.logitRecorder(3).record(new int[]{0, 1, 2}, logits, new int[]{0, 1, 2}));
        }
    }

    @Test
    void shouldRecordNothingOfABatchThatCannotBeRecordedWhole() throws IOException {
        Batch batch = Batch.random(100, 4, 1, 1);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(100, 1))) {
            LogitRecorder recorder = tracker.logitRecorder(4);
            int[] labels = batch.labels.clone();
            labels[99] = 4;
            assertTrue(assertThrows(IndexOutOfBoundsException.class,
                    () -> recorder.record(batch.ids, batch.logits, labels)).getMessage()
                    .startsWith("label=4 of example=" + batch.ids[99] + " is not in [0, 4)"));
            int[] ids = batch.ids.clone();
            ids[98] = 100;
            assertTrue(assertThrows(IndexOutOfBoundsException.class,
                    () -> recorder.record(ids, batch.logits, batch.labels)).getMessage().startsWith("example=100"));
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(0, history.totals(1).presentations());
            }
        }
    }

    @Test
    void shouldRefuseFewerThanTwoClasses() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(1, 1))) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> tracker.logitRecorder(1)).getMessage()
                    .startsWith("classes=1"));
        }
    }
}
