package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.DType;
import dev.lethe.kernels.DropoutMask;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Drops elements of one example after the other. Stateless: masks are computed where they are used. */
public final class DropoutPass {
    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);

    private final DropoutMask mask;
    private final boolean half;
    private final long size; // bytes of an element

    /**
     * A pass over activations, or over their gradients.
     *
     * @param elements type of input and output
     */
    public DropoutPass(DropoutMask mask, DType elements) {
        this.mask = mask;
        half = Elements.half(elements);
        size = Elements.bytes(half);
    }

    /**
     * {@code output = dropped ? 0 : scale * input} over the elements of one example; both may be the same memory.
     * Offsets are in bytes.
     */
    public void run(MemorySegment memory, long input, long output, int count, int epoch, int example) {
        boolean half = this.half;
        long key = mask.key(epoch, example);
        int second = (int) (key >>> 32);
        int threshold = mask.threshold();
        float scale = mask.scale();
        IntVector counter = IntVector.zero(INTS).addIndex(1).mul(DropoutMask.STEP).add((int) key);
        int i = 0;
        for (; i + LANES <= count; i += LANES) {
            IntVector hash = mixed(counter, 16).mul(DropoutMask.FACTOR_1).lanewise(VectorOperators.XOR, second);
            hash = mixed(hash, 15).mul(DropoutMask.FACTOR_2);
            VectorMask<Float> dropped = hash.compare(VectorOperators.LT, threshold).cast(SPECIES);
            FloatVector kept = Elements.load(half, memory, input + i * size).mul(scale);
            Elements.store(half, kept.blend(0, dropped), memory, output + i * size);
            counter = counter.add(DropoutMask.STEP * LANES);
        }
        for (; i < count; i++) {
            float kept = scale * Elements.get(half, memory, input + i * size);
            Elements.set(half, memory, output + i * size, mask.drops(key, i) ? 0 : kept);
        }
    }

    private static IntVector mixed(IntVector hash, int shift) {
        return hash.lanewise(VectorOperators.XOR, hash.lanewise(VectorOperators.LSHR, shift));
    }
}
