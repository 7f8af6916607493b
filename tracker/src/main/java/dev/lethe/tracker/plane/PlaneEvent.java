package dev.lethe.tracker.plane;

/**
 * What can happen to an example at a presentation, as a bit per example derived from the planes of one epoch and from
 * what the earlier epochs left behind.
 *
 * <pre>
 * seen, correct       the planes of this epoch
 * last                right at the example's previous presentation
 * learned             right at some presentation, this one included
 * </pre>
 */
public enum PlaneEvent {
    /** The example was presented: {@code seen}. */
    PRESENTED,
    /** It was presented and predicted right: {@code seen & correct}. */
    CORRECT,
    /** A learning event, from wrong or never presented to right: {@code seen & correct & ~last}. */
    LEARNED,
    /** A forgetting event, from right to wrong: {@code seen & last & ~correct}. */
    FORGOTTEN,
    /**
     * It was presented and has not been right yet: {@code seen & ~learned}. Counted over epochs this is the index of
     * the first presentation predicted right, or the number of presentations where there is none.
     */
    UNLEARNED
}
