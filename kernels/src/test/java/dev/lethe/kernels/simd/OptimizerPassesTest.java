package dev.lethe.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The passes over parameters, gradients and averages after a batch, over ranges that do not fill vectors. */
class OptimizerPassesTest extends PassTest {
    private static final Tensor RATES = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
    private static final Tensor BEFORE = new Tensor("before", Role.DATA, DType.S32, Shape.of(1));

    private static OptimizerOp.Slot slot(int floats) {
        return new OptimizerOp.Slot(tensor("p", Role.PARAMETER, Shape.of(floats)),
                tensor("g", Role.GRADIENT, Shape.of(floats)), ParameterGroup.DEFAULT);
    }

    /** Returns the memory of one tensor, since passes take one offset for all their memories. */
    private MemorySegment own(Tensor tensor) {
        return memory().asSlice(at(tensor), tensor.bytes());
    }

    @ParameterizedTest
    @CsvSource({"1,0,false,0", "15,0.5,false,0", "16,0.9,true,0.0005", "17,0.9,false,0.01", "203,0.9,true,0.01"})
    void shouldStepAsStochasticGradientDescent(int floats, float momentum, boolean nesterov, float decay) {
        Optimizer.Sgd sgd = new Optimizer.Sgd(momentum, nesterov, decay);
        OptimizerOp.Slot slot = slot(floats);
        Tensor velocity = slot.states(sgd).getFirst();
        reference(new OpRunner(1, new OptimizerOp.Update(sgd, 0, List.of(slot), RATES, Optional.empty()))
                .bind(RATES, MemorySegment.ofArray(new float[]{0.1f})).randomInputs(floats), 0);
        for (int i = 0; i < floats; i++) { // scaled down when they are read
            own(slot.gradient()).setAtIndex(JAVA_FLOAT, i, own(slot.gradient()).getAtIndex(JAVA_FLOAT, i) * 4);
        }
        SgdPass.run(sgd, 0.1f, 0.25f, own(slot.parameter()), own(slot.gradient()), own(velocity), 0, floats);
        assertAgrees(4, slot.parameter(), velocity);
    }

    @ParameterizedTest
    @CsvSource({"1,0.9,0.999,1e-8,0.01,0", "17,0,0.5,1e-3,0,3", "203,0.8,0.99,1e-6,0.5,100000"})
    void shouldStepAsAdamW(int floats, double beta1, double beta2, double epsilon, float decay, int stepsBefore) {
        Optimizer.AdamW adamW = new Optimizer.AdamW(beta1, beta2, epsilon, decay);
        OptimizerOp.Slot slot = slot(floats);
        Tensor mean = slot.states(adamW).getFirst();
        Tensor meanSquare = slot.states(adamW).getLast();
        float[] squares = new float[floats];
        Random random = new Random(2);
        for (int i = 0; i < floats; i++) {
            squares[i] = random.nextFloat();
        }
        reference(new OpRunner(1, new OptimizerOp.Update(adamW, 0, List.of(slot), RATES, Optional.of(BEFORE)))
                .bind(RATES, MemorySegment.ofArray(new float[]{0.1f})).bindInts(BEFORE, stepsBefore)
                .input(meanSquare, squares).randomInputs(floats), 0);
        AdamWPass.run(adamW, stepsBefore + 1L, 0.1f, 1, own(slot.parameter()), own(slot.gradient()), own(mean),
                own(meanSquare), 0, floats);
        assertAgrees(16, slot.parameter(), mean, meanSquare);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 39, 200})
    void shouldMoveSynchronizeAndSwapAverages(int floats) {
        OptimizerOp.Averaged moving = OptimizerOp.Averaged.of(tensor("p", Role.PARAMETER, Shape.of(floats)));
        OptimizerOp.Averaged slow = OptimizerOp.Averaged.of(tensor("q", Role.PARAMETER, Shape.of(floats)));
        OptimizerOp.Averaged swapped = OptimizerOp.Averaged.of(tensor("r", Role.PARAMETER, Shape.of(floats)));
        Tensor shares = new Tensor("shares", Role.DATA, DType.F32, Shape.of(1));
        reference(new OpRunner(1, new OptimizerOp.Average(0.9, List.of(moving)),
                new OptimizerOp.Lookahead(shares, List.of(slow)), new OptimizerOp.Swap(List.of(swapped)))
                .bind(shares, MemorySegment.ofArray(new float[]{0.3f})).randomInputs(floats), 0);
        AveragePass.run((float) (1 - 0.9), own(moving.value()), own(moving.average()), 0, floats);
        AveragePass.synchronize(0.3f, own(slow.value()), own(slow.average()), 0, floats);
        AveragePass.swap(own(swapped.value()), own(swapped.average()), 0, floats);
        assertAgrees(4, moving.average(), slow.value(), slow.average(), swapped.value(), swapped.average());
    }

    /** The range begins after the first byte; one of three summands takes the sum. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 512, 1040, 5_003})
    void shouldAddWorkersInTheirOrder(int floats) {
        MemorySegment[] partials = new MemorySegment[3];
        MemorySegment[] copies = new MemorySegment[3];
        float[] sums = new float[floats];
        double squares = 0;
        Random random = new Random(floats);
        for (int worker = 0; worker < 3; worker++) {
            partials[worker] = poisoned(4L * floats + 16);
            copies[worker] = poisoned(4L * floats + 16);
            for (int i = 0; i < floats; i++) {
                float value = (float) random.nextGaussian();
                partials[worker].set(JAVA_FLOAT, 8 + 4L * i, value);
                sums[i] = worker == 0 ? value : sums[i] + value; // the order of the workers: to the bit
            }
            copies[worker].copyFrom(partials[worker]);
        }
        for (float sum : sums) {
            squares += (double) sum * sum;
        }
        SumPass.run(partials, partials[0], 8, floats);
        assertEquals(squares, new SquaresPass().run(copies, copies[1], 8, floats), 1e-6 * Math.max(1, squares));
        float[] actual = new float[floats];
        float[] squared = new float[floats];
        for (int i = 0; i < floats; i++) {
            actual[i] = partials[0].get(JAVA_FLOAT, 8 + 4L * i);
            squared[i] = copies[1].get(JAVA_FLOAT, 8 + 4L * i);
        }
        assertArrayEquals(sums, actual);
        assertArrayEquals(sums, squared);
        for (MemorySegment written : new MemorySegment[]{partials[0], copies[1]}) {
            assertEquals(-1L, written.get(JAVA_LONG, 0), "before the range");
            assertEquals(-1L, written.get(JAVA_LONG_UNALIGNED, 8 + 4L * floats),
                    "behind the range");
        }
    }
}
