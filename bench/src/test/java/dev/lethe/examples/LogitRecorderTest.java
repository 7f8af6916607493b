package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogitRecorderTest {

    /** What the tracker has of one presentation: whether it was right, and the five sums. */
    private static void assertRecorded(boolean correct, List<Float> sums, float[] logits, int label)
            throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(3, 1))) {
            LogitRecorder.record(tracker, 1, logits, label);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(1, history.totals(0).presentations());
                assertEquals(correct, history.correct(0, 1));
                for (RunningSum sum : RunningSum.values()) {
                    assertEquals(sums.get(sum.ordinal()), history.sum(sum, 1), 1e-6f, sum.toString());
                }
            }
        }
    }

    @Test
    void shouldRecordARightPrediction() throws IOException {
        // softmax of (ln 6, ln 3, ln 1) is (.6, .3, .1)
        float[] logits = {(float) Math.log(6), (float) Math.log(3), 0};
        float el2n = (float) Math.sqrt(0.4 * 0.4 + 0.3 * 0.3 + 0.1 * 0.1);
        assertRecorded(true, List.of((float) Math.log(2), el2n, 0.6f, 0.36f, (float) -Math.log(0.6)), logits, 0);
    }

    @Test
    void shouldRecordAWrongPrediction() throws IOException {
        float[] logits = {(float) Math.log(6), (float) Math.log(3), 0};
        float el2n = (float) Math.sqrt(0.6 * 0.6 + 0.3 * 0.3 + 0.9 * 0.9);
        assertRecorded(false, List.of((float) -Math.log(6), el2n, 0.1f, 0.01f, (float) -Math.log(0.1)), logits, 2);
    }

    @Test
    void shouldPredictTheFirstOfEqualLogits() throws IOException {
        List<Float> sums = List.of(0f, (float) Math.sqrt(0.5), 0.5f, 0.25f, (float) Math.log(2));
        assertRecorded(true, sums, new float[]{7, 7}, 0);
        assertRecorded(false, sums, new float[]{7, 7}, 1);
    }

    @Test
    void shouldNotOverflowWithLargeLogits() throws IOException {
        assertRecorded(true, List.of(2000f, 0f, 1f, 1f, 0f), new float[]{1000, -1000}, 0);
        assertRecorded(false, List.of(-2000f, (float) Math.sqrt(2), 0f, 0f, 2000f), new float[]{1000, -1000}, 1);
    }

    @Test
    void shouldReportLogitsThatAreNotANumber() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(2, 1))) {
            LogitRecorder.record(tracker, 0, new float[]{Float.NaN, 1}, 0);
            LogitRecorder.record(tracker, 1, new float[]{1, Float.NaN}, 0);
            assertEquals(2, tracker.nonFinitePresentations());
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(0, history.totals(0).correct());
            }
        }
    }
}
