package dev.lethe.kernels;

import static dev.lethe.kernels.Tensors.data;
import static dev.lethe.kernels.Tensors.gradient;
import static dev.lethe.kernels.Tensors.parameter;
import static dev.lethe.kernels.Tensors.state;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every backend for parameters and their states: it agrees with the scalar reference. */
public abstract class OptimizerContract extends ThreadContract {
    private static final ConvolutionSpec SPEC = new ConvolutionSpec(10, 20, 5, 1, 0, 1, 1);
    private static final Tensor WEIGHTS = parameter("weights", SPEC.weightsShape());

    /** Returns slots of every kind of group, with neighbours of different kinds. */
    private static List<OptimizerOp.Slot> optimizerSlots() {
        List<ParameterGroup> groups = List.of(ParameterGroup.DEFAULT, ParameterGroup.DEFAULT.undecayed(),
                new ParameterGroup(64, 0.25f));
        return Stream.of(Shape.of(1), Shape.of(39), Shape.of(17, 3), Shape.of(5), Shape.of(70), Shape.of(48))
                .map(shape -> {
                    String name = shape.toString();
                    return new OptimizerOp.Slot(parameter("p" + name, shape), gradient("g" + name, shape),
                            groups.get(shape.dim(0) % groups.size()));
                }).toList();
    }

    @ParameterizedTest
    @CsvSource({"0,false,0,0", "0.5,false,0,0", "0.9,true,0.0005,0", "0.9,false,0.01,2", "0.9,false,0.01,1000"})
    void shouldAgreeOnStochasticGradientDescent(float momentum, boolean nesterov, float weightDecay, float clipNorm) {
        Tensor rates = data("rates", DType.F32, 1);
        List<OptimizerOp.Slot> slots = optimizerSlots();
        OpRunner runner = new OpRunner(1,
                new OptimizerOp.Update(new Optimizer.Sgd(momentum, nesterov, weightDecay), clipNorm, slots, rates,
                        Optional.empty()))
                .bind(rates, MemorySegment.ofArray(new float[]{0.1f})).randomInputs(SEED);
        assertAgrees(4, runner, 0);
    }

    @ParameterizedTest
    @CsvSource({"0.9,0.999,1e-8,0.01,0,0", "0,0.5,1e-3,0,3,0.1", "0.8,0.99,1e-6,0.5,100000,0"})
    void shouldAgreeOnAdamW(double beta1, double beta2, double epsilon, float weightDecay, int stepsBefore,
            float clipNorm) {
        Tensor rates = data("rates", DType.F32, 1);
        Tensor before = data("before", DType.S32, 1);
        Optimizer adamW = new Optimizer.AdamW(beta1, beta2, epsilon, weightDecay);
        OpRunner runner = new OpRunner(1,
                new OptimizerOp.Update(adamW, clipNorm, optimizerSlots(), rates, Optional.of(before)))
                .bind(rates, MemorySegment.ofArray(new float[]{0.1f})).bindInts(before, stepsBefore);
        for (OptimizerOp.Slot slot : optimizerSlots()) {
            Tensor meanSquare = slot.states(adamW).getLast();
            float[] values = normal(meanSquare, SEED);
            for (int i = 0; i < values.length; i++) {
                values[i] *= values[i];
            }
            runner.input(meanSquare, values);
        }
        assertAgrees(16, runner.randomInputs(SEED), 0);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.5f})
    void shouldAgreeOnSumsOfGradients(float clipNorm) {
        Tensor rates = data("rates", DType.F32, 1);
        Optimizer sgd = new Optimizer.Sgd(0.9f, false, 0.01f);
        List<OptimizerOp.Slot> slots = optimizerSlots();
        OptimizerOp.Accumulate accumulate = new OptimizerOp.Accumulate(slots);
        OpRunner runner = new OpRunner(1, accumulate, accumulate,
                new OptimizerOp.Update(sgd, clipNorm, slots.stream().map(OptimizerOp.Slot::summed).toList(), rates,
                        Optional.empty()),
                new OptimizerOp.Clear(slots.subList(0, 4)), accumulate)
                .bind(rates, MemorySegment.ofArray(new float[]{0.1f}));
        slots.forEach(slot -> runner.input(slot.summed().gradient(), normal(slot.gradient(), 7)));
        assertAgrees(4, runner.randomInputs(SEED), 0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9, 0.9999})
    void shouldAgreeOnAverages(double decay) {
        List<OptimizerOp.Averaged> tensors = averagedTensors();
        assertAgrees(4, new OpRunner(1, new OptimizerOp.Average(decay, tensors)).randomInputs(SEED), 0);
        List<OptimizerOp.Averaged> some = tensors.subList(1, 4);
        assertAgrees(4, new OpRunner(1, new OptimizerOp.Average(decay, tensors), new OptimizerOp.Swap(some),
                new OptimizerOp.Average(decay, some)).randomInputs(SEED), 0);
    }

    /** The shares of the fast weights are none, some and all. */
    @ParameterizedTest
    @ValueSource(floats = {0, 0.2262f, 1})
    void shouldAgreeOnLookahead(float share) {
        Tensor shares = data("shares", DType.F32, 3);
        List<OptimizerOp.Averaged> tensors = averagedTensors();
        assertAgrees(4, new OpRunner(1, new OptimizerOp.Lookahead(shares, tensors))
                .bind(shares, MemorySegment.ofArray(new float[]{share, Float.NaN, Float.NaN})).randomInputs(SEED), 0);
        assertAgrees(4, new OpRunner(1, new OptimizerOp.Average(0.9, tensors),
                new OptimizerOp.Lookahead(shares, tensors.subList(1, 4)))
                .bind(shares, MemorySegment.ofArray(new float[]{share, Float.NaN, Float.NaN})).randomInputs(SEED), 0);
    }

    /** The weights may have derived copies in other layouts. */
    @Test
    void shouldComputeWithSlowWeightsAfterTheyMet() {
        Tensor shares = data("shares", DType.F32, 2);
        OptimizerOp.Averaged averaged = OptimizerOp.Averaged.of(WEIGHTS);
        ProgramSpec plans = new ProgramSpec(List.of(
                forward(),
                new PlanSpec("meet", 1, List.of(new OptimizerOp.Lookahead(shares, List.of(averaged))))));
        try (Program program = backend.compile(plans)) {
            program.bind(shares, Arena.ofAuto().allocateFrom(JAVA_FLOAT, Float.NaN, 0));
            program.write(averaged.average(), normal(WEIGHTS, 2));
            program.write(WEIGHTS, normal(WEIGHTS, 2));
            float[] ofSlow = output(program);
            program.write(WEIGHTS, normal(WEIGHTS, 1));
            program.plan("meet").run(0, 1);
            assertArrayEquals(normal(WEIGHTS, 2), program.read(WEIGHTS));
            assertArrayEquals(ofSlow, output(program));
        }
    }

    private static List<OptimizerOp.Averaged> averagedTensors() {
        return Stream.of(parameter("p", Shape.of(39)), state("s", Shape.of(17)), parameter("q", Shape.of(5, 3)),
                state("t", Shape.of(1)), parameter("r", Shape.of(200))).map(OptimizerOp.Averaged::of).toList();
    }

    @Test
    void shouldLeaveTheAverageOfAConstantAsItIs() {
        OptimizerOp.Averaged tensor = OptimizerOp.Averaged.of(parameter("p", Shape.of(37)));
        float[] values = normal(tensor.value(), SEED);
        assertArrayEquals(values, new OpRunner(1, new OptimizerOp.Average(0.999, List.of(tensor)))
                .input(tensor.value(), values).input(tensor.average(), values).on(backend, 0).get(tensor.average()));
    }

    /** The weights may have derived copies in other layouts. */
    @Test
    void shouldComputeWithAveragesBetweenTwoSwaps() {
        OptimizerOp.Averaged averaged = OptimizerOp.Averaged.of(WEIGHTS);
        ProgramSpec plans = new ProgramSpec(List.of(
                forward(),
                new PlanSpec("swap", 1, List.of(new OptimizerOp.Swap(List.of(averaged))))));
        try (Program program = backend.compile(plans)) {
            program.write(WEIGHTS, normal(WEIGHTS, 1));
            program.write(averaged.average(), normal(WEIGHTS, 2));
            float[] plain = output(program);
            program.plan("swap").run(0, 0);
            assertArrayEquals(normal(WEIGHTS, 2), program.read(WEIGHTS));
            float[] averages = output(program);
            program.write(WEIGHTS, normal(WEIGHTS, 2));
            assertArrayEquals(output(program), averages);
            program.plan("swap").run(0, 0);
            assertArrayEquals(normal(WEIGHTS, 1), program.read(WEIGHTS));
            assertArrayEquals(plain, output(program));
        }
    }

    /** Returns a plan that reads weights, which may have derived copies in other layouts. */
    private PlanSpec forward() {
        return new PlanSpec("forward", 2, List.of(new ConvolutionOp.Forward(SPEC, input(), WEIGHTS, Optional.empty(),
                Activation.IDENTITY, output())));
    }

    private Tensor input() {
        return activation("input", 2, 12, 12, 10);
    }

    private Tensor output() {
        return activation("output", 2, 8, 8, 20);
    }

    private float[] output(Program program) {
        program.write(input(), normal(input(), 3));
        program.plan("forward").run(0, 0);
        return program.read(output());
    }
}
