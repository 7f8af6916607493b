package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** A pass that adds the partial sums of several workers, always in the order of the workers. */
public final class SumPass {
    private SumPass() {}

    /**
     * Computes {@code sum = partials[0] + partials[1] + ...} over {@code count} floats from byte {@code from} on; the
     * sum may take the place of a partial one.
     *
     * @param partials (workers): floats of each worker's partial sums
     * @param sum floats of the sums
     * @param from first byte in all memories
     * @param count number of floats
     */
    public static void run(MemorySegment[] partials, MemorySegment sum, long from, long count) {
        long end = from + count * BYTES;
        long at = from;
        for (; at + LANES * BYTES <= end; at += LANES * BYTES) {
            FloatVector total = FloatVector.fromMemorySegment(SPECIES, partials[0], at, ORDER);
            for (int i = 1; i < partials.length; i++) {
                total = total.add(FloatVector.fromMemorySegment(SPECIES, partials[i], at, ORDER));
            }
            total.intoMemorySegment(sum, at, ORDER);
        }
        for (; at < end; at += BYTES) {
            float total = partials[0].get(JAVA_FLOAT, at);
            for (int i = 1; i < partials.length; i++) {
                total += partials[i].get(JAVA_FLOAT, at);
            }
            sum.set(JAVA_FLOAT, at, total);
        }
    }
}
