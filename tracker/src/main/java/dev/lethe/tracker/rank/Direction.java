package dev.lethe.tracker.rank;

/** The end of a score that comes first. */
public enum Direction {
    /** The smallest score first. */
    ASCENDING,
    /** The largest score first. Ties are broken as in ascending order. */
    DESCENDING
}
