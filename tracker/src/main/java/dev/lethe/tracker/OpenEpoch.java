package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The working memory of the epoch being recorded: what was presented in it, and the running sums. None of it is in the
 * history before the epoch is committed, so what a killed run recorded of an epoch is gone with it.
 */
final class OpenEpoch {
    private static final ValueLayout.OfInt ID = ValueLayout.JAVA_INT_UNALIGNED;

    private final int examples;
    private final PlaneKernels kernels;
    private final EpochBits bits;
    private final RunningSums sums;
    private final EpochPlanes sealed;
    private final AtomicLong nonFinite = new AtomicLong();
    private volatile int index;

    OpenEpoch(HistoryLayout layout, PlaneKernels kernels, Arena arena) {
        this.examples = layout.examples();
        this.kernels = kernels;
        this.bits = new EpochBits(layout, arena);
        this.sums = new RunningSums(layout, arena);
        this.sealed = EpochPlanes.allocate(layout, arena);
    }

    /** Records one presentation; see {@link ForgettingTracker#record(int, boolean, float, float, float, float)}. */
    void record(int example, boolean correct, float margin, float el2n, float probability, float loss) {
        if (example < 0 || example >= examples) {
            throw outside(example);
        }
        // x - x is 0, but for NaN and infinities
        boolean finite = (margin - margin) + (el2n - el2n) + (probability - probability) + (loss - loss) == 0;
        if (!bits.claim(example, correct & finite)) {
            throw presentedBefore(example);
        }
        sums.add(example, margin, el2n, probability, loss);
        if (!finite) {
            nonFinite.incrementAndGet();
        }
    }

    /** Records a batch; see {@link ForgettingTracker#record(PresentationColumns, long, int)}. */
    void record(PresentationColumns columns, long first, int count) {
        checkIds(columns.ids(), first, count);
        for (int done = 0; done < count; done += PlaneKernels.MAX_ROWS) {
            recordChunk(columns, first + done, Math.min(PlaneKernels.MAX_ROWS, count - done));
        }
    }

    /**
     * All bits before all sums: an atomic operation waits for the stores before it, so sums between two of them would
     * be paid one cache miss at a time.
     */
    private void recordChunk(PresentationColumns columns, long first, int rows) {
        long finite = kernels.finite(columns.margins(), columns.el2n(), columns.probabilities(), columns.losses(),
                first, rows);
        long correct = kernels.nonZero(columns.correct(), first, rows) & finite;
        int claimed = claim(columns.ids(), first, rows, correct);
        sums.add(columns, first, claimed);
        int notFinite = claimed == 0 ? 0 : claimed - Long.bitCount(finite << (Long.SIZE - claimed));
        if (notFinite != 0) {
            nonFinite.addAndGet(notFinite);
        }
        if (claimed < rows) {
            throw presentedBefore(id(columns.ids(), first + claimed));
        }
    }

    /** Claims rows in order and returns how many there were before one that was presented before. */
    private int claim(MemorySegment ids, long first, int rows, long correct) {
        int claimed = 0;
        int firstId = id(ids, first);
        // the ends tell nearly always
        if (id(ids, first + rows - 1) - firstId == rows - 1 && kernels.consecutive(ids, first, rows)) {
            claimed = bits.claimRun(firstId, rows, correct);
        }
        while (claimed < rows && bits.claim(id(ids, first + claimed), (correct >>> claimed & 1) != 0)) {
            claimed++;
        }
        return claimed;
    }

    private void checkIds(MemorySegment ids, long first, int count) {
        int last = examples - 1;
        int signs = 0;
        for (int i = 0; i < count; i++) {
            int id = id(ids, first + i);
            signs |= id | last - id; // negative where id < 0 or id > last
        }
        if (signs < 0) {
            for (int i = 0; i < count; i++) {
                int id = id(ids, first + i);
                if (id < 0 || id > last) {
                    throw outside(id);
                }
            }
        }
    }

    private static int id(MemorySegment ids, long row) {
        return NativeType.of(ids).get(ID, row * Integer.BYTES);
    }

    /** The planes of what was recorded so far. */
    EpochPlanes seal() {
        bits.seal(sealed);
        return sealed;
    }

    /** Starts the next epoch, after the sealed planes were committed. */
    void clearSealed() {
        bits.clear(sealed);
        index++; // by the committing thread only
    }

    RunningSums sums() {
        return sums;
    }

    /** Presentations with a NaN or infinite value, over all epochs. */
    long nonFinitePresentations() {
        return nonFinite.get();
    }

    /** Takes over where a history ends. */
    void load(History history) {
        sums.load(history);
        nonFinite.set(history.nonFinitePresentations());
        index = history.epochs();
    }

    private IndexOutOfBoundsException outside(int example) {
        return new IndexOutOfBoundsException("example=" + example + " is not in [0, " + examples
                + "): ids are positions in the data set that the tracker was made for");
    }

    private IllegalStateException presentedBefore(int example) {
        return new IllegalStateException("example=" + example + " was presented before in epoch=" + index
                + ": record an example once an epoch, and commit the epoch before the next");
    }
}
