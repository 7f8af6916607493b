package dev.lethe.bench;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels;
import dev.lethe.tracker.plane.PlaneTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Forgetting events of all examples from the planes of all epochs: the bit-sliced scan and its scalar twin. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
// The scan's code is the same in every process; the second fork is there to see whether that holds.
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TrackerScanBenchmark {
    /** As often as a network in the middle of its training is right. */
    private static final double ACCURACY = 0.9;
    private static final long SEED = 3;

    /** Examples of the data set. */
    @Param("50000")
    public int examples;

    /** Epochs of the history. */
    @Param("200")
    public int epochs;

    private History history;
    private PlaneTable planes;
    private int[] counts;

    @Setup
    public void recordAHistory() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(examples, epochs))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int example = 0; example < examples; example++) {
                    tracker.record(example, random.nextDouble() < ACCURACY, 0, 0, 0, 0);
                }
                tracker.commitEpoch();
            }
            history = tracker.history();
        }
        planes = history.planes(epochs);
        counts = new int[examples];
    }

    @Benchmark
    public int[] vector() {
        return count(PlaneKernelChoice.vector());
    }

    @Benchmark
    public int[] scalar() {
        return count(PlaneKernelChoice.scalar());
    }

    private int[] count(PlaneKernels kernels) {
        Arrays.fill(counts, 0);
        kernels.count(planes, PlaneEvent.FORGOTTEN, counts);
        return counts;
    }

    @TearDown
    public void closeTheHistory() {
        history.close();
    }
}
