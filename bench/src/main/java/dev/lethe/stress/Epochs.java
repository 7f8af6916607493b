package dev.lethe.stress;

import dev.lethe.tracker.History;

/** In which of two epochs a recorder's presentations of all examples are. */
enum Epochs {
    /** All in the epoch that was sealed while they were recorded. */
    SEALED,
    /** All in the epoch after that. */
    NEXT,
    /** Every one in either, whole and once. */
    CUT,
    /** Some in neither, in both, or in parts. */
    BROKEN;

    /** Looks every example of a history of two epochs up. */
    static Epochs of(History history, Recorder recorder) {
        int sealed = Recorder.countPresented(history, 0, history.examples(), recorder, null);
        int next = Recorder.countPresented(history, 0, history.examples(), null, recorder);
        if (sealed + next != history.examples()) {
            return BROKEN;
        }
        return next == 0 ? SEALED : sealed == 0 ? NEXT : CUT;
    }
}
