package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** A pass over contiguous floats and their averages; zeros stay zeros. */
public final class AveragePass {
    private AveragePass() {}

    /**
     * Computes {@code average += weight * (value - average)} over {@code count} floats from byte {@code from} on. The
     * average of constant values is constant to the bit.
     *
     * @param weight weight of the new value
     * @param values floats of the values
     * @param averages floats of their averages
     * @param from first byte in both memories
     * @param count number of floats
     */
    public static void run(float weight, MemorySegment values, MemorySegment averages, long from, long count) {
        FloatVector weights = FloatVector.broadcast(SPECIES, weight);
        long end = from + count * BYTES;
        long at = from;
        for (; at + LANES * BYTES <= end; at += LANES * BYTES) {
            FloatVector average = FloatVector.fromMemorySegment(SPECIES, averages, at, ORDER);
            FloatVector.fromMemorySegment(SPECIES, values, at, ORDER).sub(average).fma(weights, average)
                    .intoMemorySegment(averages, at, ORDER);
        }
        for (; at < end; at += BYTES) {
            float average = averages.get(JAVA_FLOAT, at);
            averages.set(JAVA_FLOAT, at, Math.fma(values.get(JAVA_FLOAT, at) - average, weight, average));
        }
    }

    /**
     * Synchronises Lookahead's fast weights, the values, with its slow ones, the averages: {@code average += share *
     * (value - average); value = average}.
     *
     * @param share share of the fast weights
     * @param values floats of the fast weights
     * @param averages floats of the slow weights
     * @param from first byte in both memories
     * @param count number of floats
     */
    public static void synchronize(float share, MemorySegment values, MemorySegment averages, long from, long count) {
        run(share, values, averages, from, count);
        MemorySegment.copy(averages, from, values, from, count * BYTES);
    }

    /**
     * Exchanges {@code count} floats from byte {@code from} on.
     *
     * @param values floats of the values
     * @param averages floats of their averages
     * @param from first byte in both memories
     * @param count number of floats
     */
    public static void swap(MemorySegment values, MemorySegment averages, long from, long count) {
        long end = from + count * BYTES;
        long at = from;
        for (; at + LANES * BYTES <= end; at += LANES * BYTES) {
            FloatVector value = FloatVector.fromMemorySegment(SPECIES, values, at, ORDER);
            FloatVector.fromMemorySegment(SPECIES, averages, at, ORDER).intoMemorySegment(values, at, ORDER);
            value.intoMemorySegment(averages, at, ORDER);
        }
        for (; at < end; at += BYTES) {
            float value = values.get(JAVA_FLOAT, at);
            values.set(JAVA_FLOAT, at, averages.get(JAVA_FLOAT, at));
            averages.set(JAVA_FLOAT, at, value);
        }
    }
}
