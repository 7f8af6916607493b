package dev.lethe.tracker.rank;

/**
 * A source of counter-based random numbers: the mixing function of SplitMix64 (Steele, Lea and Flood 2014; constants of
 * Stafford's variant 13) over a Weyl sequence. A number depends on its seed and counter alone. {@link TieBreak.Seeded}
 * documents the formula, so it must never change.
 */
final class SplitMix {
    private static final long WEYL = 0x9E3779B97F4A7C15L;

    private SplitMix() {}

    /** Returns 64 random bits; different counters of a seed have different bits. */
    static long bits(long seed, long counter) {
        return mix(mix(seed) + (counter + 1) * WEYL);
    }

    /** Returns a random number that is uniform in {@code [0, bound)}. */
    static int below(int bound, long seed, long counter) {
        return (int) Math.unsignedMultiplyHigh(bits(seed, counter), bound);
    }

    private static long mix(long bits) {
        long z = bits;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
