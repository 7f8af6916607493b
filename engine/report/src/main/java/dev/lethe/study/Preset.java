package dev.lethe.study;

import java.util.Locale;

/** Length and number of the runs of a study. */
public enum Preset {
    /** Few short runs: minutes on two cores, and still meaningful. */
    QUICK(3),
    /** The paper's seeds and epochs. */
    PAPER(5);

    private final int seeds;

    Preset(int seeds) {
        this.seeds = seeds;
    }

    /** Returns the number of runs of each kind. */
    public int seeds() {
        return seeds;
    }

    /** Returns the name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
