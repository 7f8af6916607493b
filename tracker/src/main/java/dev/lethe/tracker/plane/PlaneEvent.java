package dev.lethe.tracker.plane;

/**
 * An event that can happen to an example at a presentation. It is a bit for each example, derived from the planes of
 * one row and from the state that the rows before it, or after it, left behind.
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
    /** The example was presented and predicted right: {@code seen & correct}. */
    CORRECT,
    /** The example was learned, from wrong or never presented to right: {@code seen & correct & ~last}. */
    LEARNED,
    /** The example was forgotten, from right to wrong: {@code seen & last & ~correct}. */
    FORGOTTEN,
    /**
     * The example was presented and has not been predicted right yet: {@code seen & ~learned}. Its count over rows is
     * the index of the first presentation predicted right, or the number of presentations where there is none.
     */
    UNLEARNED,
    /**
     * The example was presented and is not right for good yet: {@code seen & wrongLater}. Its count over rows is the
     * number of presentations up to the last that was predicted wrong, which are those needed to learn the example.
     */
    UNSETTLED,
    /**
     * The example was presented and is not wrong for good yet: {@code seen & rightLater}. Its count over rows is the
     * number of presentations up to the last that was predicted right, after which the example stayed forgotten.
     */
    RETAINED;

    /** Tells whether the event depends on later rows, not on earlier ones. */
    public boolean looksAhead() {
        return this == UNSETTLED || this == RETAINED;
    }
}
