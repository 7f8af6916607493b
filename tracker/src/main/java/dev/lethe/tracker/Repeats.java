package dev.lethe.tracker;

/** What a tracker does when an example is presented again before its epoch is committed. */
public enum Repeats {
    /** The presentation is refused with an {@link IllegalStateException}: in most training loops it is a mistake. */
    REFUSED,
    /**
     * The presentation is kept, after the one before it, and counts in every score: for sampling with replacement, or
     * augmentations that present an example several times. The first presentations of an epoch make its first
     * <em>round</em>, the second ones its second round, and so on; a round takes as much of the history's room as an
     * epoch without repeats. The caller must order the presentations of one example, also against the commit.
     */
    KEPT
}
