package dev.lethe.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.DType;
import dev.lethe.kernels.reference.ReferenceGelu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class GeluPassTest {
    private static final int COUNT = 60_007; // the last ones fill no vector
    private static final int FROM = -15;
    private static final int TO = 15;

    private static float x(int i) {
        return FROM + (TO - FROM) * (float) i / (COUNT - 1);
    }

    /** Inputs, then what the pass makes of them. */
    private static MemorySegment inputs(Arena arena) {
        MemorySegment memory = arena.allocate(2L * COUNT * Float.BYTES, 64);
        for (int i = 0; i < COUNT; i++) {
            memory.setAtIndex(JAVA_FLOAT, i, x(i));
        }
        return memory;
    }

    private static void assertValues(MemorySegment memory, DoubleUnaryOperator expected, double errorPerInput) {
        for (int i = 0; i < COUNT; i++) {
            assertEquals(expected.applyAsDouble(x(i)), memory.getAtIndex(JAVA_FLOAT, COUNT + i),
                    errorPerInput * Math.abs(x(i)) + 1e-30, "x=" + x(i));
        }
    }

    @Test
    void shouldBeWithinItsStatedError() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = inputs(arena);
            new GeluPass(DType.F32).forward(memory, 0, COUNT * 4L, COUNT);
            assertValues(memory, x -> x * ReferenceGelu.distribution(x), 4e-7);
        }
    }

    @Test
    void shouldHaveTheSlopeAsItsGradient() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = inputs(arena);
            for (int i = 0; i < COUNT; i++) {
                memory.setAtIndex(JAVA_FLOAT, COUNT + i, 1);
            }
            new GeluPass(DType.F32).backward(memory, 0, COUNT * 4L, COUNT * 4L, COUNT);
            for (int i = 0; i < COUNT; i++) {
                double expected = ReferenceGelu.distribution(x(i)) + x(i) * ReferenceGelu.density(x(i));
                assertEquals(expected, memory.getAtIndex(JAVA_FLOAT, COUNT + i), 4e-7, "x=" + x(i));
            }
        }
    }

    /** Values of mpmath to 12 digits. */
    @Test
    void shouldKnowTheDistribution() {
        assertEquals(0.5, ReferenceGelu.distribution(0));
        assertEquals(0.841344746069, ReferenceGelu.distribution(1), 1e-12);
        assertEquals(0.0227501319482, ReferenceGelu.distribution(-2), 1e-12);
        assertEquals(2.86651571879e-7, ReferenceGelu.distribution(-5), 1e-15);
        assertEquals(1, ReferenceGelu.distribution(20));
        assertEquals(0, ReferenceGelu.distribution(-20));
    }
}
