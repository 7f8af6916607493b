package dev.lethe.tracker.rank;

/** The order of examples with the same score. Most examples share their count of forgetting events. */
public sealed interface TieBreak {

    /** The order by id, the smaller first. */
    record ById() implements TieBreak {}

    /**
     * A random order that depends on nothing but the seed and the ids, so that two tied examples keep their order
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

    /** Returns the order by id, the smaller first. */
    static TieBreak byId() {
        return new ById();
    }

    /**
     * Returns the random order of {@link Seeded}.
     *
     * @param seed
     *            any number
     */
    static TieBreak seeded(long seed) {
        return new Seeded(seed);
    }
}
