package dev.lethe.examples;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.LogitRecorder;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Param;
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
    private static final int CLASSES = 3;

    @Param({"false", "true"})
    boolean tracked;

    private final float[][] logits = new float[EXAMPLES][];
    private ForgettingTracker tracker;
    private LogitRecorder recorder;

    /** Begins a history with room for the epochs of an iteration. */
    @Setup(Level.Iteration)
    public void open() {
        Random random = new Random(1);
        Arrays.setAll(logits, _ -> new float[]{random.nextFloat(), random.nextFloat(), random.nextFloat()});
        tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 1 << 14));
        recorder = tracker.logitRecorder(CLASSES);
    }

    /** Computes the losses of an epoch, and records its presentations and commits it where they are tracked. */
    @Benchmark
    public double epoch() throws IOException {
        double losses = 0;
        for (int id = 0; id < EXAMPLES; id++) {
            losses += loss(id);
            if (tracked) {
                recorder.record(id, logits[id], id % CLASSES);
            }
        }
        if (tracked) {
            tracker.commitEpoch();
        }
        return losses;
    }

    private double loss(int id) {
        float[] z = logits[id];
        return Math.log(Math.exp(z[0]) + Math.exp(z[1]) + Math.exp(z[2])) - z[id % CLASSES];
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        tracker.close();
    }
}
// end
