package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The working memory of the epoch being recorded: the presentations in it, and the running sums. None of it is in the
 * history before the epoch is committed, so what a killed run recorded of an epoch is gone with it.
 * <p>
 * Memory ordering: states and sums are plain memory, which the caller's ordering of recorders and commit makes visible
 * ({@link EpochStates}, {@link RunningSums}). The fields that recorders and the committing thread share are volatile or
 * atomic, so that also a recorder that overlaps the commit finds whole objects.
 */
final class OpenEpoch {
    private static final ValueLayout.OfInt ID = ValueLayout.JAVA_INT_UNALIGNED;

    private final HistoryLayout layout;
    private final int examples;
    private final Repeats repeats;
    private final PlaneKernels kernels;
    private final Arena arena;
    private final EpochStates firstRound;
    private final RunningSums sums;
    /** The planes of each round: only the committing thread uses them. */
    private final List<EpochPlanes> planes = new ArrayList<>();
    /** The presentations with a NaN or infinite value: recorders add to it atomically, any thread reads it. */
    private final AtomicLong nonFinite = new AtomicLong();
    /**
     * The rounds after the first, made when they are needed: {@link #addRound} writes the array under a lock, recorders
     * and {@link #seal} read it without one. An array is never changed once it is here.
     */
    private volatile EpochStates[] laterRounds = {};
    /** Written by the committing thread alone ({@link #startNext}), read by recorders for their messages. */
    private volatile int index;
    /** Written by the committing thread alone ({@link #startNext}), read by recorders ({@link #laterRound}). */
    private volatile int rowsLeft;

    OpenEpoch(HistoryLayout layout, Repeats repeats, PlaneKernels kernels, Arena arena) {
        this.layout = layout;
        this.examples = layout.examples();
        this.repeats = repeats;
        this.kernels = kernels;
        this.arena = arena;
        this.firstRound = new EpochStates(layout, kernels, arena);
        this.sums = new RunningSums(layout, arena);
        this.rowsLeft = layout.rows();
        planes.add(EpochPlanes.allocate(layout, arena));
    }

    /**
     * Records one presentation by plain accesses, which pair with those of {@link #seal}: see
     * {@link ForgettingTracker#record(int, boolean, float, float, float, float)}.
     */
    void record(int example, boolean correct, float margin, float el2n, float probability, float loss) {
        if (example < 0 || example >= examples) {
            throw outside(example);
        }
        // x - x is 0, except for NaN and infinities
        boolean finite = (margin - margin) + (el2n - el2n) + (probability - probability) + (loss - loss) == 0;
        if (!firstRound.claim(example, correct & finite)) {
            claimRepeat(example, correct & finite);
        }
        sums.add(example, margin, el2n, probability, loss);
        if (!finite) {
            nonFinite.incrementAndGet();
        }
    }

    /**
     * Records a batch by plain accesses, which pair with those of {@link #seal}: see
     * {@link ForgettingTracker#record(PresentationColumns, long, int)}.
     */
    void record(PresentationColumns columns, long first, int count) {
        checkIds(columns.ids(), first, count);
        for (int done = 0; done < count; done += PlaneKernels.MAX_ROWS) {
            recordChunk(columns, first + done, Math.min(PlaneKernels.MAX_ROWS, count - done));
        }
    }

    /**
     * Records up to 64 presentations: all states before all sums, so that only rows whose examples this thread has
     * claimed are added to.
     */
    private void recordChunk(PresentationColumns columns, long from, int rows) {
        PresentationChunk chunk = PresentationChunk.of(columns, from, rows);
        long finite = kernels.finite(chunk.margins, chunk.el2n, chunk.probabilities, chunk.losses);
        long correct = kernels.nonZero(chunk.correct) & finite;
        int claimed = 0;
        try {
            claimed = claim(chunk.ids, rows, correct);
            while (claimed < rows) {
                claimRepeat(chunk.ids[claimed], (correct >>> claimed & 1) != 0);
                claimed = claimRows(chunk.ids, claimed + 1, rows, correct);
            }
        } finally { // also where a row is refused: the rows before it are recorded
            sums.add(chunk, claimed);
            int notFinite = claimed == 0 ? 0 : claimed - Long.bitCount(finite << (Long.SIZE - claimed));
            if (notFinite != 0) {
                nonFinite.addAndGet(notFinite);
            }
        }
    }

    /** Claims rows in order, and returns how many there were before the first that was presented before. */
    private int claim(int[] ids, int rows, long correct) {
        // nearly always the two ends tell whether ids are consecutive
        if (rows == PlaneKernels.MAX_ROWS && ids[rows - 1] - ids[0] == rows - 1 && kernels.consecutive(ids)
                && firstRound.claimRun(ids[0], correct)) {
            return rows;
        }
        return claimRows(ids, 0, rows, correct);
    }

    private int claimRows(int[] ids, int claimed, int rows, long correct) {
        int next = claimed;
        while (next < rows && firstRound.claim(ids[next], (correct >>> next & 1) != 0)) {
            next++;
        }
        return next;
    }

    /** Claims an example that was presented before in this epoch, in the first round that has not seen it. */
    private void claimRepeat(int example, boolean correct) {
        if (repeats == Repeats.REFUSED) {
            throw presentedBefore(example);
        }
        for (int round = 0; !laterRound(round, example).claim(example, correct); round++) {
            // the next round
        }
    }

    /** Returns a round after the first by a volatile read, which pairs with the volatile write of {@link #addRound}. */
    private EpochStates laterRound(int round, int example) {
        if (round + 2 > rowsLeft) {
            throw new IllegalStateException("example=" + example + " would have presentations=" + (round + 2)
                    + " in epoch=" + (index + 1) + ", and the history has room for rounds=" + rowsLeft
                    + ": make the tracker with more epochs");
        }
        EpochStates[] rounds = laterRounds;
        return round < rounds.length ? rounds[round] : addRound(round);
    }

    /**
     * Makes a round, under a lock, and publishes it by a volatile write of {@link #laterRounds}. It pairs with the
     * volatile reads of {@link #laterRound} and {@link #seal}.
     */
    private synchronized EpochStates addRound(int round) {
        if (round < laterRounds.length) { // another thread was first
            return laterRounds[round];
        }
        EpochStates added = new EpochStates(layout, kernels, arena);
        EpochStates[] more = Arrays.copyOf(laterRounds, round + 1);
        more[round] = added;
        laterRounds = more; // a new array, whole: others read it without the lock
        return added;
    }

    /**
     * Records the presentations that a device has gathered by plain accesses, which pair with those of {@link #seal}:
     * see {@link ForgettingTracker#record(RecordedEpoch)}.
     */
    void record(RecordedEpoch gathered) {
        checkExamples(gathered);
        float[] rows = new float[Long.SIZE * RunningSum.COUNT];
        for (int word = 0; word * Long.SIZE < examples; word++) {
            long seen = gathered.seen(word);
            if (seen != 0) {
                int from = word * Long.SIZE;
                int count = Math.min(Long.SIZE, examples - from);
                gathered.sums(from, count, rows);
                record(from, count, seen, gathered.correct(word), rows);
            }
        }
    }

    private void checkExamples(RecordedEpoch gathered) {
        if (gathered.examples() != examples) {
            throw new IllegalArgumentException("examples=" + gathered.examples()
                    + " were gathered, the tracker was made for examples=" + examples + ": make it for the data set");
        }
        int rest = examples % Long.SIZE;
        if (rest != 0 && gathered.seen(examples / Long.SIZE) >>> rest != 0) {
            long word = gathered.seen(examples / Long.SIZE) & -1L << rest;
            throw outside(examples - rest + Long.numberOfTrailingZeros(word));
        }
    }

    /**
     * Records up to 64 neighbouring examples.
     *
     * @param from
     *            the first of the examples
     * @param count
     *            the number of examples
     * @param seen
     *            bit {@code i} is set where example {@code from + i} was presented
     * @param correct
     *            bit {@code i} is set where example {@code from + i} was predicted right
     * @param rows
     *            (64, 5): the values of each example
     */
    private void record(int from, int count, long seen, long correct, float[] rows) {
        long finite = RunningSums.finite(rows, count);
        if (seen == -1L && firstRound.claimRun(from, correct & finite)) {
            sums.add(from, rows);
            if (finite != -1L) {
                nonFinite.addAndGet(Long.bitCount(~finite));
            }
            return;
        }
        for (long left = seen; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            long bit = 1L << i;
            boolean right = (correct & finite & bit) != 0;
            if (!firstRound.claim(from + i, right)) {
                claimRepeat(from + i, right);
            }
            sums.add(from + i, rows, i);
            if ((finite & bit) == 0) {
                nonFinite.incrementAndGet();
            }
        }
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

    /**
     * Returns the planes of what was recorded so far, one pair for each round, by plain reads of the states. They pair
     * with the plain writes of {@link #record}, which the caller orders before the commit; its volatile read of the
     * rounds pairs with the write of {@link #addRound}.
     */
    List<EpochPlanes> seal() {
        firstRound.seal(planes.getFirst());
        int used = 1;
        EpochStates[] rounds = laterRounds;
        for (int round = 0; round < rounds.length; round++) {
            if (planes.size() <= round + 1) {
                planes.add(EpochPlanes.allocate(layout, arena));
            }
            rounds[round].seal(planes.get(round + 1));
            used = planes.get(round + 1).isEmpty() ? used : round + 2;
        }
        return List.copyOf(planes.subList(0, used));
    }

    /**
     * Starts the next epoch by plain writes of the states and volatile writes of its index and of the rows left, after
     * the sealed planes were committed. They pair with the accesses of the next epoch's {@link #record}, which the
     * caller orders after the commit.
     *
     * @param sealed
     *            the result of {@link #seal}
     * @param left
     *            how many more rows the history has room for
     */
    void startNext(List<EpochPlanes> sealed, int left) {
        firstRound.clear(sealed.getFirst());
        for (int round = 1; round < sealed.size(); round++) {
            laterRounds[round - 1].clear(sealed.get(round));
        }
        rowsLeft = left;
        index++; // not atomic: the committing thread alone writes it
    }

    RunningSums sums() {
        return sums;
    }

    /**
     * Returns how many presentations of all epochs came with a NaN or infinite value, by a volatile read. It pairs with
     * the atomic additions of {@link #record}.
     */
    long nonFinitePresentations() {
        return nonFinite.get();
    }

    /**
     * Continues a history from its end, by plain and volatile writes before the tracker is handed to other threads: how
     * it is handed over makes them visible to {@link #record}.
     */
    void load(HistoryEnd end) {
        rowsLeft = end.rowsLeft();
        sums.load(end.sums());
        nonFinite.set(end.nonFinite());
        index = end.epochs();
    }

    /**
     * Drops what was recorded since the end of a history, by plain writes of the states and sums and a volatile write
     * of the number of presentations that are not finite. They pair with the accesses of {@link #record}, which the
     * caller orders after it or before it.
     */
    void startOver(HistoryEnd end) {
        firstRound.clear();
        for (EpochStates round : laterRounds) {
            round.clear();
        }
        sums.load(end.sums());
        nonFinite.set(end.nonFinite());
    }

    private IndexOutOfBoundsException outside(int example) {
        return new IndexOutOfBoundsException("example=" + example + " is not in [0, " + examples
                + "): ids are positions in the data set that the tracker was made for");
    }

    private IllegalStateException presentedBefore(int example) {
        return new IllegalStateException("example=" + example + " was presented before in epoch=" + (index + 1)
                + ": commit an epoch before the next, or make the tracker with Repeats.KEPT");
    }
}
