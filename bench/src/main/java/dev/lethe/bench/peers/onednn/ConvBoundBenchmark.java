package dev.lethe.bench.peers.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.TrainStepBenchmark;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.nativelib.ffm.NativeFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.PointerScope;
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
 * A benchmark of the convolutions of a network's training step alone, in oneDNN: forward, gradients of the inputs and
 * of the weights, channels-last. The secondary result {@code images} is images per second, an upper bound for any step
 * that convolves with these primitives. Layers of the same shape share memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
// As in TrainStepBenchmark, but longer: a step takes seconds.
@Fork(2)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
public class ConvBoundBenchmark {
    /** Name of the network: resnet18 or airbench94. */
    @Param("resnet18")
    public String model;

    /** Type of activations and weights: f32 or bf16. */
    @Param({"f32", "bf16"})
    public String dtype;

    /** Images of a step; published comparisons use 128 for resnet18 and 1000 for airbench94. */
    @Param("128")
    public int batch;

    /** Threads that oneDNN may keep busy. */
    @Param("2")
    public int threads;

    private final List<Repeated> convolutions = new ArrayList<>();
    private PointerScope scope;

    private record Repeated(OneDnnConvolution convolution, int count) {}

    /** Prepares the passes of all convolutions. */
    @Setup
    public void prepare() {
        List<ConvolutionLayer> layers = layers(BenchmarkModel.named(model));
        DType type = TrainStepBenchmark.parse(dtype);
        scope = new PointerScope();
        engine cpu = new engine(engine.kind.cpu, 0);
        stream queue = new stream(cpu);
        setThreads(threads);
        for (ConvolutionLayer layer : layers) {
            convolutions.add(new Repeated(convolution(layer, type, cpu, queue), layer.count()));
        }
    }

    private OneDnnConvolution convolution(ConvolutionLayer layer, DType type, engine cpu, stream queue) {
        try {
            return new OneDnnConvolution(layer, batch, type, cpu, queue, ConvBoundBenchmark::value);
        } catch (RuntimeException e) { // JavaCPP throws no narrower type
            if (type == DType.F32) {
                throw e;
            }
            throw new IllegalStateException("oneDNN has no convolution for dtype=" + dtype + " on this processor ("
                    + e.getMessage() + "): use -p dtype=f32", e);
        }
    }

    private static List<ConvolutionLayer> layers(BenchmarkModel model) {
        return switch (model) {
            case RESNET18 -> ConvolutionLayer.resnet18();
            case AIRBENCH94 -> ConvolutionLayer.airbench94();
            case MNIST_CNN, WRN_28_10 -> throw new IllegalArgumentException(
                    "the convolutions of model=" + model.label()
                            + " are not listed; those of resnet18 and airbench94 are");
        };
    }

    /** Sets the threads of the calling thread's parallel regions; oneDNN, which runs on OpenMP, must be loaded. */
    private static void setThreads(int threads) {
        MethodHandle set = NativeFunction.of("libgomp.so.1", "omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT))
                .orElseThrow(() -> new IllegalStateException(
                        "the OpenMP runtime of oneDNN was not found: install libgomp 1"));
        try {
            set.invokeExact(threads);
        } catch (Throwable e) {
            throw new IllegalStateException("omp_set_num_threads could not be called", e);
        }
    }

    /** Returns noise in [-0.5, 0.5); zeros would be faster on some processors. */
    static double value(int index) {
        int hash = index * 0x9E3779B1;
        hash ^= hash >>> 15;
        hash *= 0x85EBCA6B;
        return (hash >>> 8) / (double) (1 << 24) - 0.5;
    }

    /** Measures the convolutions of a training step. */
    @Benchmark
    public void step(TrainStepBenchmark.Throughput throughput) {
        for (Repeated repeated : convolutions) {
            for (int i = 0; i < repeated.count(); i++) {
                repeated.convolution().run();
            }
        }
        throughput.images += batch;
    }

    /** Returns the result of a pass of a layer. */
    float[] result(int layer, OneDnnConvolution.Pass pass) {
        return convolutions.get(layer).convolution().result(pass);
    }

    /** Frees the memory of all passes. */
    @TearDown
    public void close() {
        convolutions.clear();
        scope.close();
    }
}
