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

    /**
     * Uses of random numbers; numbers of different streams are independent. Weights, orders and noise of recorded runs
     * follow from the codes: they are never changed or given to another stream.
     */
    public enum Stream {
        /** Initial values of parameters. */
        INITIALIZATION(0),
        /** Order of the presentations of an epoch. */
        ORDER(1),
        /** The fixed permutation of pixels of permuted data sets. */
        PIXELS(2),
        /** Choice of the training examples that are kept for testing. */
        SPLIT(3),
        /** Movement and mirroring of the view of an example. */
        AUGMENTATION(4),
        /** Place where the view of an example is covered. */
        CUTOUT(5),
        /** Choice of the activations that are dropped. */
        DROPOUT(6),
        /** Choice of the training labels that are wrong, and of the wrong labels. */
        LABEL_NOISE(7),
        /** Noise in the pixels of training images. */
        PIXEL_NOISE(8),
        /** Permutation of the elements of a gradient that is shuffled. */
        SHUFFLE(9),
        /** Division of the examples of a data set into tasks. */
        TASKS(10);

        private final int code;

        Stream(int code) {
            this.code = code;
        }

        /** Returns the word of the counter that tells the streams apart, in kernels for GPUs too. */
        public int code() {
            return code;
        }
    }

    /**
     * Returns 64 random bits.
     *
     * @param seed seed of the run
     * @param stream purpose of the number
     * @param major first half of the counter, for example the epoch or the parameter
     * @param minor second half of the counter, for example the element
     */
    public static long bits(long seed, Stream stream, int major, long minor) {
        int c0 = (int) minor;
        int c1 = (int) (minor >>> 32);
        int c2 = major;
        int c3 = stream.code;
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

    /** Returns a number uniform in [0, 1), in steps of 2^-24 so that it is exact. */
    public static float uniform(long seed, Stream stream, int major, long minor) {
        return (bits(seed, stream, major, minor) >>> 40) * 0x1p-24f;
    }

    /** Returns an integer uniform in [0, bound). */
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
