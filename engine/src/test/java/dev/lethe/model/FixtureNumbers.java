package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How numbers of a training step are held against PyTorch's. */
final class FixtureNumbers {
    /** Relative to the number expected. */
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
