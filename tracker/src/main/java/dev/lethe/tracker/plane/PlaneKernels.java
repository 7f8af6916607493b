package dev.lethe.tracker.plane;

import dev.lethe.tracker.table.PlaneTable;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The operations of the tracker for which vector instructions are worth their code. Implementations are stateless, safe
 * from any number of threads, and agree bit for bit; {@link ScalarPlaneKernels} is the one that reads like the
 * definitions.
 */
public interface PlaneKernels {

    /** The most rows that one call turns into bits of a {@code long}. */
    int MAX_ROWS = Long.SIZE;

    /** The state of an example that was not presented in the round. Each other state is one bit. */
    byte UNSEEN = 0;
    /** The state of an example that was presented and predicted wrong. */
    byte WRONG = 1;
    /** The state of an example that was presented and predicted right. */
    byte RIGHT = 2;

    /** Returns the name of the implementation for people: {@code scalar}, {@code vector 512 bit}. */
    String description();

    /** Returns the bits that one instruction works on: those of a vector, or of a {@code long} in the scalar twin. */
    int vectorBits();

    /** Tells which of {@value #MAX_ROWS} values are not 0: bit {@code i} of the result is set for value {@code i}. */
    long nonZero(int[] values);

    /**
     * Tells for which {@code i} none of the four values {@code i} is NaN or infinite: bit {@code i} of the result is
     * set. Each array has {@value #MAX_ROWS} values.
     */
    long finite(float[] first, float[] second, float[] third, float[] fourth);

    /** Tells whether {@value #MAX_ROWS} values ascend in steps of one. */
    boolean consecutive(int[] values);

    /**
     * Sets the states of {@value #MAX_ROWS} examples from {@code first} on, if all were {@link #UNSEEN}, by plain reads
     * and plain writes. They pair with the plain reads of the commit that turns states into planes, before which the
     * caller orders them; no other thread may access these bytes meanwhile.
     *
     * @param states
     *            (examples) one byte each
     * @param first
     *            the first of the examples
     * @param correct
     *            bit {@code i} is set where example {@code first + i} was predicted right
     * @return whether all were {@link #UNSEEN}; if not, nothing is changed
     */
    boolean claim(MemorySegment states, long first, long correct);

    /**
     * Computes predictions and scores of the first examples of a block.
     *
     * @param block
     *            the block: its logits and labels are read, its results written
     * @param rows
     *            the number of examples, at most {@link LogitBlock#ROWS}
     */
    void score(LogitBlock block, int rows);

    /** Counts, for each example, the rows of the table in which {@code event} happened to it. */
    EventCounts count(PlaneTable planes, PlaneEvent event);

    /**
     * Counts, over all examples, the events in each row of the table.
     *
     * @return one element for each row
     */
    RowTotals totals(PlaneTable planes);

    /**
     * The events in each row of a table, as arrays with one element for each row.
     *
     * @param learned
     *            the learning events
     * @param forgotten
     *            the forgetting events
     * @param everLearned
     *            the examples predicted right in this row or before it
     * @param unforgettable
     *            the examples predicted right in this row or before it without a forgetting event up to this row
     */
    record RowTotals(long[] learned, long[] forgotten, long[] everLearned, long[] unforgettable) {
        /** Returns totals of 0. */
        public static RowTotals zeros(int rows) {
            return new RowTotals(new long[rows], new long[rows], new long[rows], new long[rows]);
        }

        /** Adds the totals of other examples over the same rows. */
        public RowTotals plus(RowTotals others) {
            return new RowTotals(sum(learned, others.learned), sum(forgotten, others.forgotten),
                    sum(everLearned, others.everLearned), sum(unforgettable, others.unforgettable));
        }

        private static long[] sum(long[] a, long[] b) {
            long[] sum = new long[a.length];
            Arrays.setAll(sum, row -> a[row] + b[row]);
            return sum;
        }
    }
}
