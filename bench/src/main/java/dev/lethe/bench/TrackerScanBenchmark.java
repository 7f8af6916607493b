package dev.lethe.bench;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels;
import dev.lethe.tracker.table.PlaneTable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
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

/**
 * A benchmark of counting events of all examples in the planes of all epochs: the bit-sliced scan and its scalar
 * counterpart, for forgetting events and for all events; and, as the bound of any scan, a plain vector sum of the bytes
 * that the scan of forgetting events reads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
// The scan's code is the same in every process; the second fork is there to see whether that holds.
@Fork(2)
@Warmup(iterations = 8, time = 1) // the JIT takes four of them
@Measurement(iterations = 5, time = 1)
public class TrackerScanBenchmark {
    /** The accuracy of a network in the middle of its training. */
    private static final double ACCURACY = 0.9;
    private static final long SEED = 3;
    private static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;

    /** Examples of the data set. */
    @Param("50000")
    public int examples;

    /** Epochs of the history. */
    @Param("200")
    public int epochs;

    private History history;
    private PlaneTable planes;

    /** Records a history of random predictions. */
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
    }

    /** Measures the bit-sliced scan for forgetting events. */
    @Benchmark
    public EventCounts vector() {
        return PlaneKernelChoice.vector().count(planes, PlaneEvent.FORGOTTEN);
    }

    /** Measures the scalar scan for forgetting events. */
    @Benchmark
    public EventCounts scalar() {
        return PlaneKernelChoice.scalar().count(planes, PlaneEvent.FORGOTTEN);
    }

    /** Measures the bit-sliced scan for every event. */
    @Benchmark
    public EventCounts[] vectorEveryEvent() {
        return countEveryEvent(PlaneKernelChoice.vector());
    }

    /** Measures the scalar scan for every event. */
    @Benchmark
    public EventCounts[] scalarEveryEvent() {
        return countEveryEvent(PlaneKernelChoice.scalar());
    }

    /** Measures a vector sum of the bytes that a scan reads. */
    @Benchmark
    public long sumOfTheBytes() {
        LongVector sum = LongVector.zero(WORDS);
        long end = planes.correctOffset() + planes.rows() * planes.planeBytes();
        for (long at = planes.correctOffset(); at < end; at += WORDS.vectorByteSize()) {
            sum = sum.add(LongVector.fromMemorySegment(WORDS, planes.memory(), at, ByteOrder.LITTLE_ENDIAN));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private EventCounts[] countEveryEvent(PlaneKernels kernels) {
        return Arrays.stream(PlaneEvent.values()).map(event -> kernels.count(planes, event))
                .toArray(EventCounts[]::new);
    }

    /** Closes the history. */
    @TearDown
    public void closeTheHistory() {
        history.close();
    }
}
