package dev.lethe.tracker;

import java.util.Arrays;
import java.util.Optional;

/** The treatment of an example that is presented again before its epoch is committed. */
public enum Repeats {
    /** The presentation is refused with an {@link IllegalStateException}: in most training loops it is a mistake. */
    REFUSED(0),
    /**
     * The presentation is kept, after the one before it, and counts in every score: for sampling with replacement, or
     * augmentations that present an example several times. The first presentations of an epoch make its first
     * <em>round</em>, the second ones its second round, and so on; a round takes as much of the history's room as an
     * epoch without repeats. The caller must order the presentations of one example, also against the commit.
     */
    KEPT(1);

    private final int code;

    Repeats(int code) {
        this.code = code;
    }

    /** Returns the number that stands for this constant in history files, and never changes. */
    int code() {
        return code;
    }

    /** Returns the constant that a number in a history file stands for; empty where it stands for none. */
    static Optional<Repeats> ofCode(int code) {
        return Arrays.stream(values()).filter(repeats -> repeats.code == code).findFirst();
    }
}
