package dev.lethe.tracker.interchange;

import java.util.List;

/** The places in C order of an array's elements, one after the other in the order of its file. */
final class ElementOrder {
    private final long[] lengths;
    private final long[] steps; // in C order, between neighbours of each dimension
    private final long[] at;
    private final boolean fortran;
    private long place;

    /**
     * Makes an order at the first element.
     *
     * @param shape
     *            the shape of the array
     * @param fortran
     *            whether the first dimension varies fastest in the file, instead of the last one
     */
    ElementOrder(ArrayShape shape, boolean fortran) {
        List<Long> dimensions = shape.dimensions();
        this.lengths = dimensions.stream().mapToLong(Long::longValue).toArray();
        this.steps = new long[lengths.length];
        this.at = new long[lengths.length];
        this.fortran = fortran && lengths.length > 1;
        long step = 1;
        for (int dimension = lengths.length - 1; dimension >= 0; dimension--) {
            steps[dimension] = step;
            step *= lengths[dimension];
        }
    }

    /** Returns the place of the current element in C order, and goes on to the next. */
    long next() {
        long current = place;
        if (!fortran) {
            place++;
            return current;
        }
        for (int dimension = 0; dimension < lengths.length; dimension++) {
            at[dimension]++;
            place += steps[dimension];
            if (at[dimension] < lengths[dimension]) {
                return current;
            }
            place -= lengths[dimension] * steps[dimension];
            at[dimension] = 0;
        }
        return current;
    }
}
