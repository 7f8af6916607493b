package dev.lethe.bench;

import dev.lethe.kernels.tensor.DType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * A benchmark of whole training steps per second; the secondary result {@code images} is images per second.
 *
 * <p>Compare engines within one run only, each at its best thread count:
 * {@code -p engine=lethe,libtorch,tensorflow -p threads=1,2}. The parameter is the engine's own thread count; JMH's
 * {@code -t} stays 1. An engine that cannot train a model in a type says so, and the combination is left out.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
// Two forks, because where the native allocator places the buffers varies from process to process; not more, because
// loading a peer takes seconds.
@Fork(2)
// Six seconds are hundreds of steps at the least: the engines' one-time choices and the JIT are done in two.
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TrainStepBenchmark {
    /** Name of the network, see {@link BenchmarkModel}. */
    @Param("mnist-cnn")
    public String model;

    /** Type of the activations: f32 or bf16. */
    @Param("f32")
    public String dtype;

    /** Images of a step; published comparisons use 64 for mnist-cnn, 128 for resnet18 and 1000 for airbench94. */
    @Param("64")
    public int batch;

    /** Name of the engine, see {@link TrainStepEngines}. */
    @Param("lethe")
    public String engine;

    /** Threads a step may keep busy. */
    @Param("2")
    public int threads;

    TrainStepEngine trainer;
    private float loss;

    /** A counter of images, so that JMH reports images per second beside steps per second. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Throughput {
        /** Images trained on in this iteration; JMH resets it. */
        public long images;
    }

    /** Prepares the engine for the task of the parameters. */
    @Setup
    public void createEngine() {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.named(model), parse(dtype), batch, threads);
        trainer = TrainStepEngines.named(engine).create(task);
    }

    /** Measures a training step. */
    @Benchmark
    public float step(Throughput throughput) {
        loss = trainer.step();
        throughput.images += batch;
        return loss;
    }

    /** Refuses the results of a network that diverged, which would measure arithmetic on NaNs. */
    @TearDown(Level.Iteration)
    public void requireFiniteLoss() {
        if (!Float.isFinite(loss)) {
            throw new IllegalStateException("loss=" + loss + " with engine=" + engine + ": it does not train");
        }
    }

    /** Closes the engine. */
    @TearDown
    public void closeEngine() {
        trainer.close();
    }

    /** Returns the type of a name that {@code -p dtype=...} takes. */
    public static DType parse(String dtype) {
        return switch (dtype) {
            case "f32" -> DType.F32;
            case "bf16" -> DType.BF16;
            default -> throw new IllegalArgumentException("unknown dtype=" + dtype + "; the choices are: f32, bf16");
        };
    }
}
