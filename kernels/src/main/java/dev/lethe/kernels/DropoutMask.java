package dev.lethe.kernels;

import dev.lethe.kernels.Tensor.Role;

/**
 * Which elements of an activation are dropped. It depends on seed, epoch, layer, example and element alone: so a result
 * does not depend on threads, on the batch that an example is in, or on when a run was interrupted; and nothing is kept
 * for the backward pass, which finds the same elements again.
 * <p>
 * A key of 64 bits a layer, epoch and example comes from {@link Philox}. For each element a shorter hash is enough, as
 * it is only held against a threshold: two rounds of multiplication and shift (constants of Wellons' hash prospector,
 * 2018). The two halves of the key enter at different places, so that no example's numbers are another's, shifted.
 *
 * @param rate share of the elements that are dropped, above 0 and below 1
 * @param seed of what is drawn
 * @param layer tells the network's dropouts apart
 * @param epoch (1): the epoch, S32
 * @param order (presentations): the example of each presentation, S32
 */
public record DropoutMask(float rate, long seed, int layer, Tensor epoch, Tensor order) {
    /** From one element's hash to the next's before it is mixed: 2^32 over the golden ratio. */
    public static final int STEP = 0x9E3779B1;
    /** The first factor that mixes. */
    public static final int FACTOR_1 = 0x21F0AAAD;
    /** The second factor that mixes. */
    public static final int FACTOR_2 = 0xD35A2D97;

    public DropoutMask {
        requireRate(rate);
        OpChecks.requireInts(epoch, Role.DATA);
        OpChecks.requireInts(order, Role.DATA);
    }

    /** Verifies that so large a share can be dropped. */
    public static void requireRate(float rate) {
        if (!(rate > 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout rate=" + rate + ": it lies between 0 and 1, both excluded");
        }
    }

    /** What elements that are kept are multiplied by, so that the mean stays the same. */
    public float scale() {
        return 1 / (1 - rate);
    }

    /** By what an example's elements are drawn in an epoch. */
    public long key(int ofEpoch, int example) {
        return Philox.bits(seed, Philox.Stream.DROPOUT, ofEpoch, (long) layer << 32 | example & 0xFFFFFFFFL);
    }

    /** Elements are dropped whose hash, as a signed number, is less. */
    public int threshold() {
        return (int) (Math.round(rate * 0x1p32) + Integer.MIN_VALUE);
    }

    /**
     * Whether an element is dropped.
     *
     * @param key of its example
     * @param element its index in the example, (H, W, C) or (C)
     */
    public boolean drops(long key, int element) {
        int hash = element * STEP + (int) key;
        hash = (hash ^ hash >>> 16) * FACTOR_1;
        hash ^= (int) (key >>> 32);
        hash = (hash ^ hash >>> 15) * FACTOR_2;
        return hash < threshold();
    }
}
