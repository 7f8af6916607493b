package dev.lethe.examples;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.LogitRecorder;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

// snippet
/** A benchmark of what tracking costs in a loop of one's own, here one of losses: nanoseconds for each example. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(TrackingCost.EXAMPLES)
@Fork(value = 2, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TrackingCost {
    static final int EXAMPLES = 10_000;
    private static final int CLASSES = 10;

    private final float[][] logits = new float[EXAMPLES][CLASSES];
    private final int[] labels = new int[EXAMPLES];
    private ForgettingTracker tracker;
    private LogitRecorder recorder;

    /** Begins a history with room for the epochs of an iteration. */
    @Setup(Level.Iteration)
    public void open() {
        Random random = new Random(1);
        for (int id = 0; id < EXAMPLES; id++) {
            labels[id] = random.nextInt(CLASSES);
            for (int c = 0; c < CLASSES; c++) {
                logits[id][c] = (float) random.nextGaussian();
            }
        }
        tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 1 << 14));
        recorder = tracker.logitRecorder(CLASSES);
    }

    /** Computes the losses of an epoch. */
    @Benchmark
    public double untracked() {
        double losses = 0;
        for (int id = 0; id < EXAMPLES; id++) {
            losses += loss(id);
        }
        return losses;
    }

    /** Computes the losses of an epoch, records its presentations and commits it. */
    @Benchmark
    public double tracked() throws IOException {
        double losses = 0;
        for (int id = 0; id < EXAMPLES; id++) {
            losses += loss(id);
            recorder.record(id, logits[id], labels[id]);
        }
        tracker.commitEpoch();
        return losses;
    }

    private double loss(int id) {
        double sum = 0;
        for (float logit : logits[id]) {
            sum += Math.exp(logit - logits[id][labels[id]]);
        }
        return Math.log(sum);
    }

    /** Gives back the memory of the history. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        tracker.close();
    }
}
// end
