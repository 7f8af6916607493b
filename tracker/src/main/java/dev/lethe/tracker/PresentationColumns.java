package dev.lethe.tracker;

import java.lang.foreign.MemorySegment;

/**
 * Presentations as a loss kernel leaves them: off-heap columns with one row a presentation, in the byte order of the
 * machine. A view over memory of the caller, made once and used for every batch that lands in the same buffers; see
 * {@link ForgettingTracker#record(PresentationColumns, long, int)}.
 *
 * @param ids
 *            int32: which example
 * @param correct
 *            int32: not 0 where its prediction was right
 * @param margins
 *            float32: see {@link RunningSum#MARGIN}
 * @param el2n
 *            float32: see {@link RunningSum#EL2N}
 * @param probabilities
 *            float32: see {@link RunningSum#PROBABILITY}
 * @param losses
 *            float32: see {@link RunningSum#LOSS}
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

    /** The rows of each column. */
    public long rows() {
        return ids.byteSize() / Float.BYTES;
    }
}
