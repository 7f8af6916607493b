package dev.lethe.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * A benchmark of recording one epoch in random order into one tracker, by one thread and by two with half of it each.
 * The halves share every cache line of the epoch's states. The commit between epochs is not measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
// As in TrackerRecordBenchmark.
@Warmup(iterations = 100)
@Measurement(iterations = 100)
public class TrackerThreadsBenchmark {
    private static final long SEED = 5;
    private static final int BATCH = 64;
    /** The steps of arithmetic that take about as long as recording an example. */
    private static final int STEPS_AN_EXAMPLE = 12;

    /** Examples of the data set. */
    @Param("60000")
    public int examples;

    private Arena arena;
    private PresentationColumns columns;
    private ForgettingTracker tracker;

    /** Makes the presentations of an epoch. */
    @Setup
    public void fillColumns() {
        arena = Arena.ofShared();
        columns = new PresentationColumns(column(), column(), column(), column(), column(), column());
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < examples; i++) {
            int other = random.nextInt(i + 1);
            columns.ids().setAtIndex(JAVA_INT, i, columns.ids().getAtIndex(JAVA_INT, other));
            columns.ids().setAtIndex(JAVA_INT, other, i);
            columns.correct().setAtIndex(JAVA_INT, i, random.nextInt(2));
            columns.margins().setAtIndex(JAVA_FLOAT, i, (float) random.nextDouble());
        }
        tracker = ForgettingTracker.inMemory(TrackerSpec.of(examples, 1_000));
    }

    private MemorySegment column() {
        return arena.allocate((long) examples * Float.BYTES, 64);
    }

    /** Measures recording by one thread. */
    @Benchmark
    @Threads(1)
    public ForgettingTracker one(ThreadParams thread) {
        return recordSlice(thread.getThreadIndex(), thread.getThreadCount());
    }

    /** Measures recording by two threads, half of the epoch each. */
    @Benchmark
    @Threads(2)
    public ForgettingTracker two(ThreadParams thread) {
        return recordSlice(thread.getThreadIndex(), thread.getThreadCount());
    }

    ForgettingTracker recordSlice(int thread, int threads) {
        int end = examples * (thread + 1) / threads;
        for (int first = examples * thread / threads; first < end; first += BATCH) {
            tracker.record(columns, first, Math.min(BATCH, end - first));
        }
        return tracker;
    }

    /** Measures arithmetic without memory by one thread, for what the machine's two processors give at the moment. */
    @Benchmark
    @Threads(1)
    public long oneOfArithmetic(ThreadParams thread) {
        return arithmetic(thread.getThreadIndex(), thread.getThreadCount());
    }

    /** Measures the same arithmetic by two threads, half of it each. */
    @Benchmark
    @Threads(2)
    public long twoOfArithmetic(ThreadParams thread) {
        return arithmetic(thread.getThreadIndex(), thread.getThreadCount());
    }

    private long arithmetic(int thread, int threads) {
        long mixed = thread;
        int steps = examples * STEPS_AN_EXAMPLE / threads;
        for (int i = 0; i < steps; i++) {
            mixed = (mixed ^ mixed >>> 29) * 0x9E3779B97F4A7C15L;
        }
        return mixed;
    }

    /** Seals the epoch, so that the next shot may record every example again. */
    @TearDown(Level.Iteration)
    public void commit() throws IOException {
        tracker.commitEpoch();
    }

    /** Closes the tracker. */
    @TearDown
    public void closeTheTracker() throws IOException {
        tracker.close();
        arena.close();
    }
}
