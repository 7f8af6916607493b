package dev.lethe.kernels.random;

/**
 * Philox4x32-10, the counter-based random number generator of Salmon et al., "Parallel random numbers: as easy as 1, 2,
 * 3" (SC 2011). A value depends on its key and counter alone, so results do not depend on threads or on the order of
 * calls, and a GPU kernel draws the same numbers. Stateless and thread-safe.
 */
public final class Philox {
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;

    private Philox() {}

    /** What a number is used for; numbers of different streams are independent. */
    public enum Stream {
        /** Initial values of parameters. */
        INITIALIZATION,
        /** Order of the presentations of an epoch. */
        ORDER,
        /** The fixed permutation of pixels of permuted data sets. */
        PIXELS,
        /** Which training examples are kept for testing. */
        SPLIT,
        /** How the view of an example is moved and mirrored. */
        AUGMENTATION,
        /** Where the view of an example is covered. */
        CUTOUT,
        /** Which activations are dropped. */
        DROPOUT,
        /** Which training labels are wrong, and in what way. */
        LABEL_NOISE,
        /** Noise in the pixels of training images. */
        PIXEL_NOISE,
        /** Where the elements of a gradient go when it is shuffled. */
        SHUFFLE,
        /** How the examples of a data set are divided into tasks. */
        TASKS
    }

    /**
     * 64 random bits.
     *
     * @param seed of the run
     * @param stream what the number is for
     * @param major for example the epoch or the parameter
     * @param minor for example the element
     */
    public static long bits(long seed, Stream stream, int major, long minor) {
        int c0 = (int) minor;
        int c1 = (int) (minor >>> 32);
        int c2 = major;
        int c3 = stream.ordinal();
        int k0 = (int) seed;
        int k1 = (int) (seed >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
            long product1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        return (long) c1 << 32 | c0 & 0xFFFFFFFFL;
    }

    /** Uniform in [0, 1), in steps of 2^-24 so that the result is exact. */
    public static float uniform(long seed, Stream stream, int major, long minor) {
        return (bits(seed, stream, major, minor) >>> 40) * 0x1p-24f;
    }

    /** Uniform in [0, bound). */
    public static int below(int bound, long seed, Stream stream, int major, long minor) {
        return (int) Math.unsignedMultiplyHigh(bits(seed, stream, major, minor), bound);
    }

    /** Fills the array with a random permutation of 0 to its length less 1 (Fisher-Yates). */
    public static void permutation(int[] into, long seed, Stream stream, int major) {
        for (int i = 0; i < into.length; i++) {
            int j = below(i + 1, seed, stream, major, i);
            into[i] = into[j];
            into[j] = i;
        }
    }
}
