package dev.lethe.tracker;

import java.lang.foreign.MemorySegment;

/**
 * A batch of presentations as a loss kernel writes them: off-heap columns with one row for each presentation, in the
 * byte order of the machine. It is a view over memory of the caller, made once and used for every batch in the same
 * buffers; see {@link ForgettingTracker#record(PresentationColumns, long, int)}.
 *
 * @param ids
 *            (rows) int32: the id of the example
 * @param correct
 *            (rows) int32: not 0 where the label was predicted
 * @param margins
 *            (rows) float32: the logit of the label minus the largest other logit, {@link RunningSum#MARGIN}
 * @param el2n
 *            (rows) float32: the L2 norm of softmax minus one-hot, {@link RunningSum#EL2N}
 * @param probabilities
 *            (rows) float32: the softmax probability of the label, {@link RunningSum#PROBABILITY}
 * @param losses
 *            (rows) float32: the cross-entropy in nats, {@link RunningSum#LOSS}
 */
public record PresentationColumns(MemorySegment ids, MemorySegment correct, MemorySegment margins, MemorySegment el2n,
        MemorySegment probabilities, MemorySegment losses) {

    /** Checks that the columns are off-heap and equally long. */
    public PresentationColumns {
        long bytes = ids.byteSize();
        check("ids", ids, bytes);
        check("correct", correct, bytes);
        check("margins", margins, bytes);
        check("el2n", el2n, bytes);
        check("probabilities", probabilities, bytes);
        check("losses", losses, bytes);
    }

    private static void check(String name, MemorySegment column, long bytes) {
        if (!column.isNative()) {
            throw new IllegalArgumentException(
                    "column=" + name + " is on the heap: allocate the columns from an Arena, or record row by row");
        }
        if (column.byteSize() != bytes || bytes % Float.BYTES != 0) {
            throw new IllegalArgumentException("column=" + name + " bytes=" + column.byteSize() + ", column=ids bytes="
                    + bytes + ": columns have four bytes a row and the same number of rows, take slices");
        }
    }

    /** Refuses a range of rows that are not all there. */
    static void checkRows(long first, int count, long rows) {
        if (first < 0 || count < 0 || first > rows - count) {
            throw new IndexOutOfBoundsException(
                    "first=" + first + " count=" + count + " are not within rows=" + rows
                            + ": give rows that are there");
        }
    }

    /** Returns the number of rows. */
    public long rows() {
        return ids.byteSize() / Float.BYTES;
    }
}
