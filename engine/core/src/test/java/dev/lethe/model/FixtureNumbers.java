package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Comparison of the numbers of a training step with PyTorch's. */
final class FixtureNumbers {
    /** Tolerance relative to the expected number. */
    static final double TOLERANCE = 1e-4;

    private FixtureNumbers() {}

    static double mean(MemorySegment losses, int first, int count) {
        double sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += losses.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        }
        return sum / count;
    }

    static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    static void assertClose(String what, double expected, double actual) {
        assertEquals(expected, actual, TOLERANCE * Math.abs(expected), what);
    }
}
