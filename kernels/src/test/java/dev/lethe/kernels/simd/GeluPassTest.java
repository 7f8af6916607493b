package dev.lethe.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.reference.ReferenceProgram;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The errors that {@link GeluPass} states. */
class GeluPassTest {
    private static final int COUNT = 20_011; // no multiple of any number of lanes
    private static final double EPSILON = 0x1p-23;

    private static float x(int i) {
        return (i - COUNT / 2) * (10f / (COUNT / 2)); // from -10 to 10
    }

    private static Tensor tensor(String name) {
        return new Tensor(name, Tensor.Role.ACTIVATION, DType.F32, Shape.of(1, COUNT));
    }

    /** Returns the values of the scalar reference, in double precision: {@code x * P(x)}, and the slope. */
    private static double[][] expected() {
        Tensor input = tensor("input");
        Tensor ones = tensor("ones");
        Tensor output = tensor("output");
        Tensor slope = tensor("slope");
        PlanSpec plan = new PlanSpec("gelu", 1, List.of(new PointwiseOp.GeluForward(input, output),
                new PointwiseOp.GeluBackward(input, ones, slope)));
        try (Backend backend = new ReferenceBackend();
                ReferenceProgram program = (ReferenceProgram) backend.compile(new ProgramSpec(List.of(plan)))) {
            for (int i = 0; i < COUNT; i++) {
                program.values(input)[i] = x(i);
                program.values(ones)[i] = 1;
            }
            program.plan("gelu").run(0, 0);
            return new double[][]{program.values(output).clone(), program.values(slope).clone()};
        }
    }

    @Test
    void shouldKeepItsErrorsAlsoFarOut() {
        double[][] expected = expected();
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (long) COUNT * Float.BYTES;
            MemorySegment memory = arena.allocate(4 * bytes, 64); // input, output, ones, slopes
            for (int i = 0; i < COUNT; i++) {
                memory.setAtIndex(JAVA_FLOAT, i, x(i));
                memory.setAtIndex(JAVA_FLOAT, 2 * COUNT + i, 1);
            }
            new GeluPass(DType.F32).forward(memory, 0, bytes, COUNT);
            new GeluPass(DType.F32).backward(memory, 0, 2 * bytes, 3 * bytes, COUNT);
            for (int i = 0; i < COUNT; i++) {
                double x = x(i);
                double bound = (3 + x * x / 2) * EPSILON;
                double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
                double cumulative = expected[1][i] - x * density;
                assertEquals(expected[0][i], memory.getAtIndex(JAVA_FLOAT, COUNT + i),
                        bound * Math.abs(expected[0][i]), "at " + x);
                assertEquals(expected[1][i], memory.getAtIndex(JAVA_FLOAT, 3 * COUNT + i),
                        bound * (Math.abs(cumulative) + Math.abs(x * density)), "slope at " + x);
            }
        }
    }
}
