package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A made-up run in which every presentation follows from its epoch and example alone, so that two processes agree on it
 * without keeping it. Every fourth epoch presents every example, the others about seven of eight.
 *
 * @param examples
 *            the number of examples of the data set
 * @param epochs
 *            the number of epochs that the history has room for
 */
record HashedRun(int examples, int epochs) {
    private static final int BATCH = 4096;

    TrackerSpec spec() {
        return new TrackerSpec(examples, epochs, Sha256.ofText("hashed data"), Sha256.ofText("hashed run"));
    }

    boolean seen(int epoch, int example) {
        return seen(epoch, hash(epoch, example));
    }

    private static boolean seen(int epoch, long hash) {
        return epoch % 4 == 3 || (hash & 7) != 0;
    }

    /** Tells whether an example was presented and predicted right. */
    boolean correct(int epoch, int example) {
        long hash = hash(epoch, example);
        return seen(epoch, hash) && correct(hash);
    }

    /** Returns the presentation of an example that was {@link #seen}. */
    Presentation presentation(int epoch, int example) {
        long hash = hash(epoch, example);
        return new Presentation(example, correct(hash), margin(hash), el2n(hash), probability(hash), loss(hash));
    }

    private static boolean correct(long hash) {
        return (hash >>> 3 & 1) != 0;
    }

    // short fractions, so that sums of a few hundred of them are exact

    private static float margin(long hash) {
        return (hash >>> 8 & 0xFF) / 16f - 8;
    }

    private static float el2n(long hash) {
        return (hash >>> 16 & 0xFF) / 128f;
    }

    private static float probability(long hash) {
        return (hash >>> 24 & 0xFF) / 256f;
    }

    private static float loss(long hash) {
        return (hash >>> 32 & 0xFF) / 32f;
    }

    /** Returns a hash by the finalizer of SplitMix64. */
    private static long hash(int epoch, int example) {
        long z = ((long) epoch << Integer.SIZE | example) * 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    /** Records an epoch in batches; the examples ascend. Nothing is committed. */
    void record(int epoch, ForgettingTracker tracker) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] columns = new MemorySegment[6];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = arena.allocate((long) BATCH * Integer.BYTES, Integer.BYTES);
            }
            PresentationColumns batch = new PresentationColumns(columns[0], columns[1], columns[2], columns[3],
                    columns[4], columns[5]);
            int rows = 0;
            for (int example = 0; example < examples; example++) {
                long hash = hash(epoch, example);
                if (seen(epoch, hash)) {
                    set(batch, rows++, example, hash);
                }
                if (rows == BATCH || example == examples - 1) {
                    tracker.record(batch, 0, rows);
                    rows = 0;
                }
            }
        }
    }

    private static void set(PresentationColumns batch, int row, int example, long hash) {
        batch.ids().setAtIndex(ValueLayout.JAVA_INT, row, example);
        batch.correct().setAtIndex(ValueLayout.JAVA_INT, row, correct(hash) ? 1 : 0);
        batch.margins().setAtIndex(ValueLayout.JAVA_FLOAT, row, margin(hash));
        batch.el2n().setAtIndex(ValueLayout.JAVA_FLOAT, row, el2n(hash));
        batch.probabilities().setAtIndex(ValueLayout.JAVA_FLOAT, row, probability(hash));
        batch.losses().setAtIndex(ValueLayout.JAVA_FLOAT, row, loss(hash));
    }
}
