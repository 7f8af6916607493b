package dev.lethe.stress;

import dev.lethe.tracker.History;

/** The epochs, of two, that have a recorder's presentations of all examples. */
enum Epochs {
    /** The sealed epoch has all: they were recorded before it was sealed. */
    SEALED,
    /** The next epoch has all. */
    NEXT,
    /** Each presentation is in one of the two epochs, whole and once. */
    CUT,
    /** Some presentations are in neither epoch, in both, or in parts. */
    BROKEN;

    /** Finds the epochs of every example, in a history of two. */
    static Epochs of(History history, Recorder recorder) {
        int sealed = Recorder.countPresented(history, 0, history.examples(), recorder, null);
        int next = Recorder.countPresented(history, 0, history.examples(), null, recorder);
        if (sealed + next != history.examples()) {
            return BROKEN;
        }
        return next == 0 ? SEALED : sealed == 0 ? NEXT : CUT;
    }
}
