package dev.lethe.tracker.rank;

/**
 * The rank of each example and its confidence interval, as {@link RankBootstrap} computed them.
 * <p>
 * Immutable and safe from any number of threads. It takes 24 bytes of heap for each example.
 */
public final class RankIntervals {
    private final RankBootstrap bootstrap;
    private final int runs;
    private final double[] ranks;
    private final double[] lower;
    private final double[] upper;

    /** Takes ownership of the arrays, each (examples). */
    RankIntervals(RankBootstrap bootstrap, int runs, double[] ranks, double[] lower, double[] upper) {
        this.bootstrap = bootstrap;
        this.runs = runs;
        this.ranks = ranks;
        this.lower = lower;
        this.upper = upper;
    }

    /** Returns the bootstrap that made the intervals. */
    public RankBootstrap bootstrap() {
        return bootstrap;
    }

    /** Returns the number of runs. */
    public int runs() {
        return runs;
    }

    /** Returns the number of examples. */
    public int examples() {
        return ranks.length;
    }

    /**
     * Returns the rank of an example and its interval.
     *
     * @param example
     *            the example, {@code [0, examples())}
     * @throws IndexOutOfBoundsException
     *             if there is no such example
     */
    public RankInterval of(int example) {
        if (example < 0 || example >= ranks.length) {
            throw new IndexOutOfBoundsException("example=" + example + " is not in [0, " + ranks.length + ")");
        }
        return new RankInterval(ranks[example], lower[example], upper[example]);
    }
}
