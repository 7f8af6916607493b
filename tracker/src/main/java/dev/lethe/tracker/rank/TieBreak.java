package dev.lethe.tracker.rank;

/** Which of two examples with the same score comes first. Most examples share their count of forgetting events. */
public sealed interface TieBreak {

    /** The smaller id first. */
    record ById() implements TieBreak {}

    /**
     * In a random order that depends on nothing but the seed and the ids, so that two tied examples keep their order
     * whatever other examples there are, on every machine and in every version. Example {@code i} has the key
     *
     * <pre>
     *  mix(mix(seed) + (i + 1) * 0x9E3779B97F4A7C15)        in 64-bit arithmetic, where mix(z) is
     *      z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9
     *      z = (z ^ z >>> 27) * 0x94D049BB133111EB
     *      z ^ z >>> 31
     * </pre>
     *
     * and the smaller key, unsigned, comes first. No two ids have the same key.
     *
     * @param seed
     *            any number
     */
    record Seeded(long seed) implements TieBreak {}

    /** The smaller id first. */
    static TieBreak byId() {
        return new ById();
    }

    /** In the random order of {@link Seeded}. */
    static TieBreak seeded(long seed) {
        return new Seeded(seed);
    }
}
