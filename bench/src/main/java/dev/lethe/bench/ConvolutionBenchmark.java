package dev.lethe.bench;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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

/**
 * A benchmark of a 3x3 convolution with as many output as input channels, forward and both gradients, by each
 * algorithm.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBenchmark {
    /** Name of the algorithm in {@code config.json}: direct, winograd2 or winograd4. */
    @Param({"direct", "winograd2", "winograd4"})
    public String algorithm;

    /** Sizes as CHANNELSxSIDE; the defaults are those of resnet18. */
    @Param({"64x32", "128x16", "256x8", "512x4"})
    public String layer;

    @Param("128")
    public int batch;

    @Param("2")
    public int threads;

    private Backend backend;
    private Program program;
    private Plan plan;

    /** Compiles the convolution and its gradients into a plan. */
    @Setup
    public void compile() {
        String[] numbers = layer.split("x");
        int channels = Integer.parseInt(numbers[0]);
        int side = Integer.parseInt(numbers[1]);
        ConvolutionSpec spec = new ConvolutionSpec(channels, channels, 3, 1, 1, 1, 1);
        Tensor input = activation("input", channels, side);
        Tensor output = activation("output", channels, side);
        Tensor outputGradient = activation("outputGradient", channels, side);
        Tensor inputGradient = activation("inputGradient", channels, side);
        Tensor weights = new Tensor("weights", Role.PARAMETER, DType.F32, spec.weightsShape());
        Tensor weightsGradient = new Tensor("weightsGradient", Role.GRADIENT, DType.F32, spec.weightsShape());
        PlanSpec ops = new PlanSpec("convolution", batch, List.of(
                new ConvolutionOp.Forward(spec, input, weights, Optional.empty(), Activation.IDENTITY, output),
                new ConvolutionOp.BackwardData(spec, outputGradient, weights, inputGradient),
                new ConvolutionOp.BackwardWeights(spec, input, outputGradient, weightsGradient, Optional.empty())));
        backend = Backends.open("onednn", threads);
        program = backend.compile(new ProgramSpec(List.of(ops),
                new ConvolutionChoice.Every(ConvolutionAlgorithm.of(algorithm))));
        for (Tensor tensor : List.of(input, outputGradient, weights)) {
            program.write(tensor, normal(tensor));
        }
        plan = program.plan("convolution");
    }

    private Tensor activation(String name, int channels, int side) {
        return new Tensor(name, Role.ACTIVATION, DType.F32, Shape.of(batch, side, side, channels));
    }

    private static float[] normal(Tensor tensor) {
        Random random = new Random(1);
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Measures a run of the plan: forward and both gradients. */
    @Benchmark
    public void step() {
        plan.run(0, 0);
    }

    /** Closes the program and the backend. */
    @TearDown
    public void close() {
        program.close();
        backend.close();
    }
}
