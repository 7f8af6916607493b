package dev.lethe.kernels.op;

import dev.lethe.kernels.random.Philox;

/**
 * The choice of the elements that a dropout layer drops: a function of seed, epoch, example, layer and element alone,
 * so that results do not depend on threads, batches or interruptions. The backward pass computes it again.
 *
 * @param probability probability that an element is dropped, in [0, 1)
 * @param seed seed of the run
 * @param layer number of the layer among those of its network
 */
public record Dropout(float probability, long seed, int layer) {
    private static final int MULTIPLIER_0 = 0x85EBCA6B;
    private static final int MULTIPLIER_1 = 0xC2B2AE35;
    private static final int BITS = 24; // that are compared

    /** Refuses impossible values by a sentence that names them. */
    public Dropout {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout probability=" + probability + ": it lies in [0, 1)");
        }
    }

    /** Returns the factor of the elements that are kept, which preserves the mean. */
    public float scale() {
        return 1 / (1 - probability);
    }

    /** Returns the threshold: an element is kept if the upper bits of its {@link #hash} are not below it. */
    public int threshold() {
        return (int) (probability * (1 << BITS));
    }

    /** Returns the number of bits by which a hash is shifted to the right before it is compared. */
    public static int shift() {
        return Integer.SIZE - BITS;
    }

    /** Returns 64 random bits that all elements of one example share in the epoch with an index, which is from 0. */
    public long key(int epochIndex, int example) {
        return Philox.bits(seed, Philox.Stream.DROPOUT, epochIndex, (long) layer << Integer.SIZE | example);
    }

    /**
     * Returns 32 bits for an element: the finalizer of MurmurHash3 between the halves of the key.
     *
     * @param key key of the example
     * @param element index of the element in (H, W, C)
     */
    public static int hash(long key, int element) {
        int h = element + (int) key;
        h = (h ^ h >>> 16) * MULTIPLIER_0;
        h = (h ^ h >>> 13) + (int) (key >>> Integer.SIZE);
        h = (h ^ h >>> 15) * MULTIPLIER_1;
        return h ^ h >>> 16;
    }

    /** Tells whether an element is kept. */
    public boolean keeps(long key, int element) {
        return hash(key, element) >>> shift() >= threshold();
    }

    /** Returns the first multiplier of {@link #hash}. */
    public static int firstMultiplier() {
        return MULTIPLIER_0;
    }

    /** Returns the second multiplier of {@link #hash}. */
    public static int secondMultiplier() {
        return MULTIPLIER_1;
    }
}
