package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * A {@link SumPass} that also adds up the squares of the sums, always in the same order. Confined to one thread: it
 * holds scratch memory.
 */
public final class SquaresPass {
    /**
     * The number of vectors whose squares are added in floats before they are added to a double: few, since floats
     * round.
     */
    private static final int BLOCK = 32;

    private final float[] lanes = new float[LANES]; // (LANES): squares of a block, lane by lane

    /**
     * Computes {@code sum = partials[0] + partials[1] + ...} over {@code count} floats from byte {@code from} on; the
     * sum may take the place of a partial one.
     *
     * @param partials (workers): floats of each worker's partial sums
     * @param sum floats of the sums
     * @param from first byte in all memories
     * @param count number of floats
     * @return the sum of the squares of these sums
     */
    public double run(MemorySegment[] partials, MemorySegment sum, long from, long count) {
        long end = from + count * BYTES;
        double squares = 0;
        long at = from;
        while (at + LANES * BYTES <= end) {
            long blockEnd = Math.min(at + BLOCK * LANES * BYTES, end - (end - at) % (LANES * BYTES));
            FloatVector block = FloatVector.zero(SPECIES);
            for (; at < blockEnd; at += LANES * BYTES) {
                FloatVector total = FloatVector.fromMemorySegment(SPECIES, partials[0], at, ORDER);
                for (int i = 1; i < partials.length; i++) {
                    total = total.add(FloatVector.fromMemorySegment(SPECIES, partials[i], at, ORDER));
                }
                block = total.fma(total, block);
                total.intoMemorySegment(sum, at, ORDER);
            }
            block.intoArray(lanes, 0); // a reduction would leave the order open
            for (float lane : lanes) {
                squares += lane;
            }
        }
        for (; at < end; at += BYTES) {
            float total = partials[0].get(JAVA_FLOAT, at);
            for (int i = 1; i < partials.length; i++) {
                total += partials[i].get(JAVA_FLOAT, at);
            }
            squares += (double) total * total;
            sum.set(JAVA_FLOAT, at, total);
        }
        return squares;
    }
}
