package dev.lethe.cli.options;

import java.util.Locale;

/** How long and how often a study trains. */
public enum Preset {
    /** Minutes on two cores, and still meaningful. */
    QUICK(3),
    /** As the paper does. */
    PAPER(5);

    private final int seeds;

    Preset(int seeds) {
        this.seeds = seeds;
    }

    public int seeds() {
        return seeds;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
