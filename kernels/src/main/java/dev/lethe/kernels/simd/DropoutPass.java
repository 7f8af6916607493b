package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.op.Dropout;
import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A pass of dropout over the elements of one example, forward and backward, in place or not. Offsets are in bytes. */
public final class DropoutPass {
    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
    private static final IntVector LANE = IntVector.zero(INTS).addIndex(1);

    private DropoutPass() {}

    /**
     * Computes {@code output = kept ? input * scale : 0} over {@code count} elements of the example that has the key.
     *
     * @param dropout probability, seed and layer
     * @param key key of the example
     * @param elements type of input and output
     * @param memory memory of input and output
     * @param input place of (count) elements
     * @param output place of (count) elements, which may be the input's
     */
    public static void run(Dropout dropout, long key, DType elements, MemorySegment memory, long input, long output,
            int count) {
        boolean bfloat16 = Elements.isBFloat16(elements);
        long size = Elements.bytes(bfloat16);
        float scale = dropout.scale();
        int threshold = dropout.threshold();
        FloatVector zero = FloatVector.zero(SPECIES);
        int low = (int) key;
        int high = (int) (key >>> Integer.SIZE);
        int i = 0;
        for (; i + LANES <= count; i += LANES) {
            IntVector h = LANE.add(i + low); // as Dropout.hash
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16)).mul(Dropout.firstMultiplier());
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 13)).add(high);
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15)).mul(Dropout.secondMultiplier());
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16));
            VectorMask<Float> kept = h.lanewise(VectorOperators.LSHR, Dropout.shift())
                    .compare(VectorOperators.GE, threshold).cast(SPECIES);
            FloatVector x = Elements.load(bfloat16, memory, input + i * size).mul(scale);
            Elements.store(bfloat16, zero.blend(x, kept), memory, output + i * size);
        }
        for (; i < count; i++) {
            float x = Elements.get(bfloat16, memory, input + i * size) * scale;
            Elements.set(bfloat16, memory, output + i * size, dropout.keeps(key, i) ? x : 0);
        }
    }
}
