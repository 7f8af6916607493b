package dev.lethe.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lethe.kernels.op.ExampleRecorder;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.LogitRecorder;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.RecordedEpoch;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of recording presentations: batches from columns, examples one by one, and two baselines. One is the
 * paper's code in Java, a list of values for each example; the other is plain JDK code for several threads, an
 * {@link AtomicIntegerArray} of bits and an array for each sum, without a history on disk. An operation is one epoch in
 * random or consecutive order; the commit between epochs is not measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
// An epoch is short and needs a commit before the next, so shots are counted, not timed.
@Warmup(iterations = 100)
@Measurement(iterations = 100)
public class TrackerRecordBenchmark {
    private static final double ACCURACY = 0.9;
    private static final long SEED = 4;

    /** Examples of the data set. */
    @Param("60000")
    public int examples;

    /** Order of the presentations: random as in training, or consecutive ids. */
    @Param({"random", "consecutive"})
    public String order;

    /** Presentations reported at once. */
    @Param("64")
    public int batch;

    /** Logits of an example, for {@link #logits}. */
    @Param("10")
    public int classes;

    private Arena arena;
    private PresentationColumns columns;
    private RecordedEpoch gathered;
    private int[] ids; // the columns as a plain Java program has them
    private int[] correct;
    private float[] margins;
    private float[] el2n;
    private float[] probabilities;
    private float[] losses;
    private MemorySegment labels;
    private MemorySegment logits; // (examples, classes)
    private LogitRecorder recorder;
    private ForgettingTracker tracker;
    private List<List<float[]>> lists;
    private AtomicArrays arrays;

    /** The bits of an epoch and the sums of the run. */
    static final class AtomicArrays {
        final AtomicIntegerArray seen;
        final AtomicIntegerArray correct;
        final float[][] sums;

        AtomicArrays(int examples) {
            int words = (examples + Integer.SIZE - 1) / Integer.SIZE;
            seen = new AtomicIntegerArray(words);
            correct = new AtomicIntegerArray(words);
            sums = new float[RunningSum.values().length][examples];
        }

        void record(int example, boolean right, float margin, float el2n, float probability, float loss) {
            set(seen, example);
            if (right) {
                set(correct, example);
            }
            sums[0][example] += margin;
            sums[1][example] += el2n;
            sums[2][example] += probability;
            sums[3][example] += probability * probability;
            sums[4][example] += loss;
        }

        private static void set(AtomicIntegerArray bits, int example) {
            int bit = 1 << example;
            bits.accumulateAndGet(example / Integer.SIZE, bit, (word, one) -> word | one);
        }

        void startEpoch() {
            for (int i = 0; i < seen.length(); i++) {
                seen.setPlain(i, 0);
                correct.setPlain(i, 0);
            }
        }
    }

    /** Makes the presentations of an epoch and the structures that record them. */
    @Setup
    public void fillColumns() {
        arena = Arena.ofShared();
        columns = new PresentationColumns(column(), column(), column(), column(), column(), column());
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < examples; i++) {
            int other = order.equals("random") ? random.nextInt(i + 1) : i;
            columns.ids().setAtIndex(JAVA_INT, i, columns.ids().getAtIndex(JAVA_INT, other));
            columns.ids().setAtIndex(JAVA_INT, other, i);
            columns.correct().setAtIndex(JAVA_INT, i, random.nextDouble() < ACCURACY ? 1 : 0);
            columns.margins().setAtIndex(JAVA_FLOAT, i, (float) random.nextDouble(-1, 5));
            columns.el2n().setAtIndex(JAVA_FLOAT, i, (float) random.nextDouble());
            columns.probabilities().setAtIndex(JAVA_FLOAT, i, (float) random.nextDouble());
            columns.losses().setAtIndex(JAVA_FLOAT, i, (float) random.nextDouble(3));
        }
        ids = columns.ids().toArray(JAVA_INT);
        correct = columns.correct().toArray(JAVA_INT);
        margins = columns.margins().toArray(JAVA_FLOAT);
        el2n = columns.el2n().toArray(JAVA_FLOAT);
        probabilities = columns.probabilities().toArray(JAVA_FLOAT);
        losses = columns.losses().toArray(JAVA_FLOAT);
        gathered = gathered();
        labels = column();
        logits = arena.allocate((long) examples * classes * Float.BYTES, 64);
        for (int i = 0; i < examples; i++) {
            int label = random.nextInt(classes);
            labels.setAtIndex(JAVA_INT, i, label);
            for (int c = 0; c < classes; c++) {
                logits.setAtIndex(JAVA_FLOAT, (long) i * classes + c,
                        (float) (random.nextGaussian() + (c == label ? 2 : 0)));
            }
        }
        startOver();
    }

    private MemorySegment column() {
        return arena.allocate((long) examples * Float.BYTES, 64);
    }

    /** Adds up the presentations of the columns as a device does. */
    private RecordedEpoch gathered() {
        long words = (examples + Long.SIZE - 1) / Long.SIZE;
        MemorySegment seen = arena.allocate(JAVA_LONG, words);
        MemorySegment right = arena.allocate(JAVA_LONG, words);
        MemorySegment sums = arena.allocate(JAVA_FLOAT, (long) examples * ExampleTables.SUMS);
        ExampleRecorder recorded = new ExampleRecorder(seen, right, sums);
        for (int i = 0; i < examples; i++) {
            recorded.add(ids[i], correct[i] != 0, margins[i], el2n[i], probabilities[i], losses[i]);
        }
        return new RecordedEpoch(seen, right, sums);
    }

    private void startOver() {
        tracker = ForgettingTracker.inMemory(TrackerSpec.of(examples, 1_000));
        recorder = tracker.logitRecorder(classes);
        arrays = new AtomicArrays(examples);
        lists = new ArrayList<>();
        for (int i = 0; i < examples; i++) {
            lists.add(new ArrayList<>());
        }
    }

    /** Measures the tracker as the trainer uses it. */
    @Benchmark
    public ForgettingTracker columns() {
        for (int first = 0; first < examples; first += batch) {
            tracker.record(columns, first, Math.min(batch, examples - first));
        }
        return tracker;
    }

    /** Measures the tracker as the trainer uses it if a device has gathered the epoch's presentations by example. */
    @Benchmark
    public ForgettingTracker gatheredByExample() {
        tracker.record(gathered);
        return tracker;
    }

    /** Measures the tracker fed with logits and labels, from which it computes all values itself. */
    @Benchmark
    public ForgettingTracker logits() {
        for (int first = 0; first < examples; first += batch) {
            recorder.record(columns.ids(), logits, labels, first, Math.min(batch, examples - first));
        }
        return tracker;
    }

    /** Measures the tracker as a plain Java loop uses it. */
    @Benchmark
    public ForgettingTracker oneByOne() {
        for (int i = 0; i < examples; i++) {
            tracker.record(ids[i], correct[i] != 0, margins[i], el2n[i], probabilities[i], losses[i]);
        }
        return tracker;
    }

    /** Measures the baseline that neither allocates nor misses the cache more often than the tracker must. */
    @Benchmark
    public AtomicArrays atomicArrays() {
        for (int i = 0; i < examples; i++) {
            arrays.record(ids[i], correct[i] != 0, margins[i], el2n[i], probabilities[i], losses[i]);
        }
        return arrays;
    }

    /** Measures the paper's baseline: a list for each example that grows by a presentation. */
    @Benchmark
    public List<List<float[]>> lists() {
        for (int i = 0; i < examples; i++) {
            lists.get(ids[i]).add(new float[]{correct[i], margins[i], el2n[i], probabilities[i], losses[i]});
        }
        return lists;
    }

    /** Seals the epoch, so that the next shot may record every example again. */
    @TearDown(Level.Iteration)
    public void commit() throws IOException {
        tracker.commitEpoch();
        arrays.startEpoch();
    }

    /** Closes the tracker. */
    @TearDown
    public void closeTheTracker() throws IOException {
        tracker.close();
        arena.close();
    }

    /** Returns the presentations in the list of an example, for the test that all variants agree. */
    int listed(int example) {
        return lists.get(example).size();
    }

    /** Returns the label and the logits of an example's presentation, for the test that all variants agree. */
    float[] logitsOf(int row) {
        return logits.asSlice((long) row * classes * Float.BYTES, (long) classes * Float.BYTES).toArray(JAVA_FLOAT);
    }

    int labelOf(int row) {
        return labels.getAtIndex(JAVA_INT, row);
    }

    int idOf(int row) {
        return columns.ids().getAtIndex(JAVA_INT, row);
    }

    ForgettingTracker tracker() {
        return tracker;
    }
}
