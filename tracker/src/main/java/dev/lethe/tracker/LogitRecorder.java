package dev.lethe.tracker;

import dev.lethe.tracker.plane.LogitBlock;
import dev.lethe.tracker.plane.PlaneKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A recorder of presentations that are given by the outputs of a network: it computes prediction, margin, EL2N,
 * probability of the label and loss from logits and labels, and records them in its tracker. The prediction is the
 * class with the largest logit, and the lowest of several such classes. A presentation with a NaN logit, or an infinite
 * margin, counts as wrong, and {@link ForgettingTracker#nonFinitePresentations} counts it.
 * <p>
 * A recorder is confined to one thread, because it holds scratch memory: make one for each thread that records. The
 * thread is the first that records, whichever made the recorder; another one is refused by name. A recorder allocates
 * only when a batch is larger than any before. The garbage collector frees its memory with it.
 *
 * @see ForgettingTracker#logitRecorder
 */
public final class LogitRecorder {
    private final ForgettingTracker tracker;
    private final PlaneKernels kernels;
    private final LogitBlock block;
    private MemorySegment labels;
    private PresentationColumns columns;
    /**
     * The thread that records, or null before the first. Written once under the lock ({@link #takeOwnership}), read
     * without it: a thread that reads itself has written it.
     */
    private @Nullable Thread owner;

    LogitRecorder(ForgettingTracker tracker, PlaneKernels kernels, int classes) {
        this.tracker = tracker;
        this.kernels = kernels;
        block = new LogitBlock(classes);
        makeRoom(LogitBlock.ROWS);
    }

    private void makeRoom(int rows) {
        Arena arena = Arena.ofAuto();
        labels = column(arena, rows);
        columns = new PresentationColumns(column(arena, rows), column(arena, rows), column(arena, rows),
                column(arena, rows), column(arena, rows), column(arena, rows));
    }

    private static MemorySegment column(Arena arena, int rows) {
        return arena.allocate((long) rows * Float.BYTES, HistoryLayout.ALIGNMENT);
    }

    /**
     * Records one presentation, by plain accesses that the caller orders before {@link ForgettingTracker#commitEpoch}.
     *
     * @param id
     *            the example's id
     * @param logits
     *            (classes): the outputs of the network for the example
     * @param label
     *            the given label, {@code [0, classes)}
     * @return whether the label was predicted
     * @throws IllegalArgumentException
     *             if {@code logits} are more or fewer than the recorder's classes; nothing is recorded
     * @throws IndexOutOfBoundsException
     *             if the id is not an example or the label not a class; nothing is recorded
     * @throws IllegalStateException
     *             if another thread has recorded with this recorder, and nothing is recorded; or if the tracker refuses
     *             the presentation: see {@link ForgettingTracker#record(int, boolean, float,
     *             float, float, float)}
     */
    public boolean record(int id, float[] logits, int label) {
        requireOwner();
        if (logits.length != block.classes()) {
            throw new IllegalArgumentException("logits=" + logits.length + " of example=" + id
                    + " where the recorder has classes=" + block.classes()
                    + ": give one for each class, or make a recorder for as many");
        }
        columns.ids().setAtIndex(ValueLayout.JAVA_INT, 0, id);
        labels.setAtIndex(ValueLayout.JAVA_INT, 0, label);
        checkLabels(1);
        System.arraycopy(logits, 0, block.logits(), 0, block.classes());
        score(0, 1);
        return record(1) == 1;
    }

    /**
     * Records a batch of arrays, by plain accesses that the caller orders before {@link ForgettingTracker#commitEpoch}.
     *
     * @param ids
     *            (batch): the ids of the examples
     * @param logits
     *            (batch, classes): the outputs of the network for each example
     * @param labels
     *            (batch): the given label of each example, {@code [0, classes)}
     * @return how many labels were predicted
     * @throws IllegalArgumentException
     *             if there is not one label for each id, and one logit for each id and class; nothing is recorded
     * @throws IndexOutOfBoundsException
     *             if an id is not an example or a label not a class; nothing is recorded
     * @throws IllegalStateException
     *             if another thread has recorded with this recorder, and nothing is recorded; or if the tracker refuses
     *             a presentation: see {@link ForgettingTracker#record(PresentationColumns, long,
     *             int)}
     */
    public int record(int[] ids, float[] logits, int[] labels) {
        requireOwner();
        checkLength("labels", labels.length, ids.length, ids.length);
        checkLength("logits", logits.length, (long) ids.length * block.classes(), ids.length);
        ensureRoom(ids.length);
        MemorySegment.copy(ids, 0, columns.ids(), ValueLayout.JAVA_INT, 0, ids.length);
        MemorySegment.copy(labels, 0, this.labels, ValueLayout.JAVA_INT, 0, ids.length);
        checkLabels(ids.length);
        for (int first = 0; first < ids.length; first += LogitBlock.ROWS) {
            int rows = Math.min(LogitBlock.ROWS, ids.length - first);
            System.arraycopy(logits, first * block.classes(), block.logits(), 0, rows * block.classes());
            score(first, rows);
        }
        return record(ids.length);
    }

    /**
     * Records rows {@code [first, first + count)} of memory, on or off the heap, in the byte order of the machine, by
     * plain accesses that the caller orders before {@link ForgettingTracker#commitEpoch}. All three have the same
     * number of rows: of memory with room for more, give a slice.
     *
     * @param ids
     *            (rows) int32: the ids of the examples
     * @param logits
     *            (rows, classes) float32: the outputs of the network for each example
     * @param labels
     *            (rows) int32: the given label of each example, {@code [0, classes)}
     * @param first
     *            the first row, {@code [0, rows]}
     * @param count
     *            the number of rows, {@code [0, rows - first]}
     * @return how many labels were predicted
     * @throws IllegalArgumentException
     *             if the memory is not of whole rows, or of a different number of rows; nothing is recorded
     * @throws IndexOutOfBoundsException
     *             if an id is not an example or a label not a class, or the memory has no such rows; nothing is
     *             recorded
     * @throws IllegalStateException
     *             if another thread has recorded with this recorder, and nothing is recorded; or if the tracker refuses
     *             a presentation: see {@link ForgettingTracker#record(PresentationColumns, long,
     *             int)}
     */
    public int record(MemorySegment ids, MemorySegment logits, MemorySegment labels, long first, int count) {
        requireOwner();
        long row = (long) block.classes() * Float.BYTES;
        long rowsOfIds = rows(ids);
        checkLength("labels bytes", labels.byteSize(), ids.byteSize(), rowsOfIds);
        checkLength("logits bytes", logits.byteSize(), rowsOfIds * row, rowsOfIds);
        PresentationColumns.checkRows(first, count, rowsOfIds);
        ensureRoom(count);
        MemorySegment.copy(ids, first * Integer.BYTES, columns.ids(), 0, (long) count * Integer.BYTES);
        MemorySegment.copy(labels, first * Integer.BYTES, this.labels, 0, (long) count * Integer.BYTES);
        checkLabels(count);
        for (int done = 0; done < count; done += LogitBlock.ROWS) {
            int rows = Math.min(LogitBlock.ROWS, count - done);
            MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT_UNALIGNED, (first + done) * row, block.logits(), 0,
                    rows * block.classes());
            score(done, rows);
        }
        return record(count);
    }

    /** Refuses another thread than the first, by a plain read of one field. */
    private void requireOwner() {
        if (owner != Thread.currentThread()) {
            takeOwnership(Thread.currentThread());
        }
    }

    /** Makes the first thread the owner, by a plain write under the lock, and refuses any other. */
    private synchronized void takeOwnership(Thread thread) {
        if (owner != null) {
            throw new IllegalStateException("recorder of thread=" + name(owner) + " is used by thread=" + name(thread)
                    + ": it serves the first thread that records with it, make one for each");
        }
        owner = thread;
    }

    /** Returns the name of a thread and its number: virtual threads have no name, and others share one. */
    private static String name(Thread thread) {
        return "'" + thread.getName() + "' (#" + thread.threadId() + ")";
    }

    private static long rows(MemorySegment ids) {
        if (ids.byteSize() % Integer.BYTES != 0) {
            throw new IllegalArgumentException("ids bytes=" + ids.byteSize() + " are no rows of bytes="
                    + Integer.BYTES + ": take a slice");
        }
        return ids.byteSize() / Integer.BYTES;
    }

    /** Refuses labels or logits that are more or fewer than those of the ids. */
    private void checkLength(String what, long length, long expected, long rows) {
        if (length != expected) {
            throw new IllegalArgumentException(what + "=" + length + " where ids=" + rows + " and classes="
                    + block.classes() + " need " + expected
                    + ": give one label for each id, and one logit for each id and class");
        }
    }

    private void ensureRoom(int rows) {
        if (rows > columns.rows()) {
            makeRoom(rows);
        }
    }

    private void checkLabels(int count) {
        for (int row = 0; row < count; row++) {
            int label = labels.getAtIndex(ValueLayout.JAVA_INT, row);
            if (label < 0 || label >= block.classes()) {
                throw new IndexOutOfBoundsException("label=" + label + " of example="
                        + columns.ids().getAtIndex(ValueLayout.JAVA_INT, row) + " is not in [0, " + block.classes()
                        + "): labels are classes of the logits");
            }
        }
    }

    private void score(int first, int rows) {
        MemorySegment.copy(labels, ValueLayout.JAVA_INT, (long) first * Integer.BYTES, block.labels(), 0, rows);
        kernels.score(block, rows);
        for (int row = 0; row < rows; row++) {
            boolean correct = block.predicted()[row] == block.labels()[row] && Float.isFinite(block.margins()[row]);
            columns.correct().setAtIndex(ValueLayout.JAVA_INT, first + row, correct ? 1 : 0);
        }
        copy(block.margins(), columns.margins(), first, rows);
        copy(block.el2n(), columns.el2n(), first, rows);
        copy(block.probabilities(), columns.probabilities(), first, rows);
        copy(block.losses(), columns.losses(), first, rows);
    }

    private static void copy(float[] values, MemorySegment column, int first, int rows) {
        MemorySegment.copy(values, 0, column, ValueLayout.JAVA_FLOAT, (long) first * Float.BYTES, rows);
    }

    private int record(int count) {
        tracker.record(columns, 0, count);
        int correct = 0;
        for (int row = 0; row < count; row++) {
            correct += columns.correct().getAtIndex(ValueLayout.JAVA_INT, row);
        }
        return correct;
    }
}
