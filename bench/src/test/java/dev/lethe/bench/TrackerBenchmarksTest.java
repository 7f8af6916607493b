package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The variants that the tracker's benchmarks compare do the same. */
class TrackerBenchmarksTest {
    @ParameterizedTest
    @CsvSource({"50000,200", "777,13", "1,1"})
    void shouldCountAlikeInTheVectorScanAndItsScalarTwin(int examples, int epochs) throws IOException {
        TrackerScanBenchmark benchmark = new TrackerScanBenchmark();
        benchmark.examples = examples;
        benchmark.epochs = epochs;
        benchmark.recordAHistory();
        int[] vector = benchmark.vector().clone();
        assertArrayEquals(benchmark.scalar(), vector);
        benchmark.closeTheHistory();
    }

    private static TrackerRecordBenchmark prepared(String order) {
        TrackerRecordBenchmark benchmark = new TrackerRecordBenchmark();
        benchmark.examples = 1_000;
        benchmark.order = order;
        benchmark.batch = 64;
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
            assertEquals(-1, a.correct(0).mismatch(b.correct(0)));
            assertEquals(-1, a.sums().mismatch(b.sums()));
        }
        columns.closeTheTracker();
        oneByOne.closeTheTracker();
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
                assertEquals(history.correct(0).get(ValueLayout.JAVA_BYTE, example / 8) >>> example % 8 & 1,
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
