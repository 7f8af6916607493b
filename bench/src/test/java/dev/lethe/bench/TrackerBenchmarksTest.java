package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.plane.EventCounts;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agreement of the variants that the tracker's benchmarks compare. */
class TrackerBenchmarksTest {
    @ParameterizedTest
    @CsvSource({"50000,200", "777,13", "1,1"})
    void shouldCountAlikeInTheVectorScanAndItsScalarTwin(int examples, int epochs) throws IOException {
        TrackerScanBenchmark benchmark = new TrackerScanBenchmark();
        benchmark.examples = examples;
        benchmark.epochs = epochs;
        benchmark.recordAHistory();
        assertArrayEquals(benchmark.scalar().toArray(), benchmark.vector().toArray());
        EventCounts[] scalar = benchmark.scalarEveryEvent();
        EventCounts[] vector = benchmark.vectorEveryEvent();
        for (int i = 0; i < scalar.length; i++) {
            assertArrayEquals(scalar[i].toArray(), vector[i].toArray());
        }
        assertNotEquals(0, benchmark.sumOfTheBytes());
        benchmark.closeTheHistory();
    }

    private static TrackerRecordBenchmark prepared(String order) {
        TrackerRecordBenchmark benchmark = new TrackerRecordBenchmark();
        benchmark.examples = 1_000;
        benchmark.order = order;
        benchmark.batch = 64;
        benchmark.classes = 10;
        benchmark.fillColumns();
        return benchmark;
    }

    @ParameterizedTest
    @CsvSource({"random", "consecutive"})
    void shouldRecordAlikeFromColumnsAndOneByOne(String order) throws IOException {
        TrackerRecordBenchmark columns = prepared(order);
        TrackerRecordBenchmark oneByOne = prepared(order);
        columns.columns();
        oneByOne.oneByOne();
        columns.commit();
        oneByOne.commit();
        try (History a = columns.tracker().history(); History b = oneByOne.tracker().history()) {
            assertEquals(-1, a.correct(1).mismatch(b.correct(1)));
            assertEquals(-1, a.sums().mismatch(b.sums()));
        }
        columns.closeTheTracker();
        oneByOne.closeTheTracker();
    }

    @ParameterizedTest
    @CsvSource({"random", "consecutive"})
    void shouldRecordAlikeFromColumnsAndGatheredByExample(String order) throws IOException {
        TrackerRecordBenchmark columns = prepared(order);
        TrackerRecordBenchmark gathered = prepared(order);
        for (int epoch = 0; epoch < 2; epoch++) {
            columns.columns();
            gathered.gatheredByExample();
            columns.commit();
            gathered.commit();
        }
        try (History a = columns.tracker().history(); History b = gathered.tracker().history()) {
            assertEquals(-1, a.correct(2).mismatch(b.correct(2)));
            assertEquals(-1, a.sums().mismatch(b.sums()));
        }
        columns.closeTheTracker();
        gathered.closeTheTracker();
    }

    @ParameterizedTest
    @CsvSource({"random", "consecutive"})
    void shouldRecordInAtomicArraysWhatTheTrackerRecords(String order) throws IOException {
        TrackerRecordBenchmark benchmark = prepared(order);
        benchmark.columns();
        TrackerRecordBenchmark.AtomicArrays arrays = benchmark.atomicArrays();
        int[] correct = new int[1_024 / Integer.SIZE];
        Arrays.setAll(correct, arrays.correct::get);
        benchmark.commit();
        try (History history = benchmark.tracker().history()) {
            for (int example = 0; example < 1_000; example++) {
                assertEquals(history.correct(1).get(ValueLayout.JAVA_BYTE, example / 8) >>> example % 8 & 1,
                        correct[example / Integer.SIZE] >>> example & 1, "correct bit of example " + example);
                for (RunningSum sum : RunningSum.values()) {
                    assertEquals(history.sum(sum, example),
                            arrays.sums[sum.ordinal()][example], sum.toString());
                }
            }
        }
        benchmark.closeTheTracker();
    }

    @Test
    void shouldRecordFromLogitsWhatTheySay() throws IOException {
        TrackerRecordBenchmark benchmark = prepared("random");
        benchmark.logits();
        benchmark.commit();
        try (History history = benchmark.tracker().history()) {
            for (int row = 0; row < 1_000; row++) {
                float[] logits = benchmark.logitsOf(row);
                float ofLabel = logits[benchmark.labelOf(row)];
                float largestOther = Float.NEGATIVE_INFINITY;
                for (int c = 0; c < logits.length; c++) {
                    largestOther = c == benchmark.labelOf(row) ? largestOther : Math.max(largestOther, logits[c]);
                }
                assertEquals(ofLabel > largestOther, history.correct(1, benchmark.idOf(row)));
                assertEquals(ofLabel - largestOther, history.sum(RunningSum.MARGIN, benchmark.idOf(row)));
            }
        }
        benchmark.closeTheTracker();
    }

    @Test
    void shouldRecordInTwoSharesWhatOneThreadRecords() throws IOException {
        TrackerThreadsBenchmark benchmark = new TrackerThreadsBenchmark();
        benchmark.examples = 1_001;
        benchmark.fillColumns();
        ForgettingTracker tracker = benchmark.recordSlice(0, 1);
        benchmark.commit();
        benchmark.recordSlice(0, 2);
        benchmark.recordSlice(1, 2);
        benchmark.commit();
        try (History history = tracker.history()) {
            assertEquals(-1, history.correct(1).mismatch(history.correct(2)));
            assertEquals(history.totals(1), history.totals(2));
        }
        benchmark.closeTheTracker();
    }

    @Test
    @Tag("slow")
    void shouldMeasureWhatAnExampleCosts(@TempDir Path folder) throws IOException {
        TrackerGrowth.Cost cost = TrackerGrowth.measure(300_007, folder);
        assertEquals(300_007, cost.examples());
        assertTrue(cost.consecutive() > 0 && cost.scattered() > 0 && cost.commit() > 0 && cost.scan() > 0,
                cost::toString);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void shouldListEveryPresentationOnceAnEpoch() throws IOException {
        TrackerRecordBenchmark benchmark = prepared("random");
        benchmark.lists();
        benchmark.lists();
        for (int example = 0; example < 1_000; example++) {
            assertEquals(2, benchmark.listed(example));
        }
        benchmark.closeTheTracker();
    }
}
