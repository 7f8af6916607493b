package dev.lethe.tracker.plane;

/**
 * What can happen to an example at a presentation, as a bit per example derived from the planes of one row and from
 * what the rows before it, or after it, left behind.
 *
 * <pre>
 * seen, correct       the planes of this row
 * last                right at the example's previous presentation
 * learned             right at some presentation, this one included
 * wrongLater          wrong at this presentation or a later one
 * rightLater          right at this presentation or a later one
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
     * It was presented and has not been right yet: {@code seen & ~learned}. Counted over rows this is the index of the
     * first presentation predicted right, or the number of presentations where there is none.
     */
    UNLEARNED,
    /**
     * It was presented and is not right for good yet: {@code seen & wrongLater}. Counted over rows this is the number
     * of presentations up to the last that was predicted wrong: those needed to learn it.
     */
    UNSETTLED,
    /**
     * It was presented and is not wrong for good yet: {@code seen & rightLater}. Counted over rows this is the number
     * of presentations up to the last that was predicted right: after those it stayed forgotten.
     */
    RETAINED;

    /** Whether the event depends on later rows, not on earlier ones. */
    public boolean looksAhead() {
        return this == UNSETTLED || this == RETAINED;
    }
}
