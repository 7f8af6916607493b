package dev.lethe.tracker.rank;

/** Which end of a score comes first. */
public enum Direction {
    /** The smallest score first. */
    ASCENDING,
    /** The largest score first. Ties are broken as in ascending order. */
    DESCENDING
}
