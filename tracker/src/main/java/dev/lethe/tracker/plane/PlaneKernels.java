package dev.lethe.tracker.plane;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The operations of the tracker that are worth a vector unit. Implementations are stateless, safe from any number of
 * threads, and agree bit for bit; {@link ScalarPlaneKernels} is the one that reads like the definitions.
 */
public interface PlaneKernels {

    /** The most rows that one call turns into bits of a {@code long}. */
    int MAX_ROWS = Long.SIZE;

    /** State of an example that was not presented in the round. Each other state is one bit. */
    byte UNSEEN = 0;
    /** State of an example that was presented and predicted wrong. */
    byte WRONG = 1;
    /** State of an example that was presented and predicted right. */
    byte RIGHT = 2;

    /** What runs, for people: {@code scalar}, {@code vector 512 bit}. */
    String description();

    /** Returns the bits that one instruction works on: those of a vector, or of a {@code long} in the scalar twin. */
    int vectorBits();

    /** Bit {@code i} of the result: value {@code i} is not 0. {@value #MAX_ROWS} values. */
    long nonZero(int[] values);

    /** Bit {@code i} of the result: no value {@code i} is NaN or infinite. {@value #MAX_ROWS} each. */
    long finite(float[] first, float[] second, float[] third, float[] fourth);

    /** Whether all {@value #MAX_ROWS} values go up in steps of one. */
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
     * Fills the results of a block's first examples.
     *
     * @param rows
     *            at most {@link LogitBlock#ROWS}
     */
    void score(LogitBlock block, int rows);

    /** Counts, for each example, the rows of the table in which {@code event} happened to it. */
    EventCounts count(PlaneTable planes, PlaneEvent event);

    /**
     * Counts, for each row of the table, over all examples.
     *
     * @return one element a row
     */
    RowTotals totals(PlaneTable planes);

    /**
     * What happened in each row of a table. Arrays with one element a row.
     *
     * @param learned
     *            learning events
     * @param forgotten
     *            forgetting events
     * @param everLearned
     *            examples predicted right in this row or before it
     * @param unforgettable
     *            those of them without a forgetting event up to this row
     */
    record RowTotals(long[] learned, long[] forgotten, long[] everLearned, long[] unforgettable) {
        /** Zeros. */
        public static RowTotals zeros(int rows) {
            return new RowTotals(new long[rows], new long[rows], new long[rows], new long[rows]);
        }

        /** The totals of these examples and others, over the same rows. */
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
