package dev.lethe.kernels.op;

import dev.lethe.kernels.random.Philox;

/**
 * Which elements a dropout layer drops: a function of seed, epoch, example, layer and element alone, so that a result
 * does not depend on threads, on the batch, or on whether a run was interrupted; the backward pass computes it again.
 *
 * @param probability of an element to be dropped, in [0, 1)
 * @param seed of the run
 * @param layer number of the layer among those of its network
 */
public record Dropout(float probability, long seed, int layer) {
    private static final int MULTIPLIER_0 = 0x85EBCA6B;
    private static final int MULTIPLIER_1 = 0xC2B2AE35;
    private static final int BITS = 24; // that are compared

    public Dropout {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout probability=" + probability + ": it lies in [0, 1)");
        }
    }

    /** What elements that are kept are multiplied by, so that the mean stays. */
    public float scale() {
        return 1 / (1 - probability);
    }

    /** An element is kept where the upper bits of its {@link #hash} are not below this. */
    public int threshold() {
        return (int) (probability * (1 << BITS));
    }

    /** How far a hash is shifted to the right before it is compared. */
    public static int shift() {
        return Integer.SIZE - BITS;
    }

    /** 64 random bits that all elements of one example share. */
    public long key(int epoch, int example) {
        return Philox.bits(seed, Philox.Stream.DROPOUT, epoch, (long) layer << Integer.SIZE | example);
    }

    /**
     * 32 bits of an element: the finalizer of MurmurHash3 between the halves of the key.
     *
     * @param key of the example
     * @param element index in (H, W, C)
     */
    public static int hash(long key, int element) {
        int h = element + (int) key;
        h = (h ^ h >>> 16) * MULTIPLIER_0;
        h = (h ^ h >>> 13) + (int) (key >>> Integer.SIZE);
        h = (h ^ h >>> 15) * MULTIPLIER_1;
        return h ^ h >>> 16;
    }

    /** Whether an element is kept. */
    public boolean keeps(long key, int element) {
        return hash(key, element) >>> shift() >= threshold();
    }

    /** The first multiplier of {@link #hash}. */
    public static int firstMultiplier() {
        return MULTIPLIER_0;
    }

    /** The second multiplier of {@link #hash}. */
    public static int secondMultiplier() {
        return MULTIPLIER_1;
    }
}
