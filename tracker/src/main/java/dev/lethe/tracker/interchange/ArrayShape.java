package dev.lethe.tracker.interchange;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shape of an array of one or two dimensions, in C order: the last dimension varies fastest.
 *
 * @param dimensions
 *            one or two lengths, none negative
 */
public record ArrayShape(List<Long> dimensions) {

    /** Checks the lengths, and that their product is a {@code long}. */
    public ArrayShape {
        dimensions = List.copyOf(dimensions);
        if (dimensions.isEmpty() || dimensions.size() > 2) {
            throw new IllegalArgumentException(
                    "dimensions=" + dimensions.size() + ": only arrays of 1 or 2 dimensions are read and written");
        }
        for (long length : dimensions) {
            if (length < 0) {
                throw new IllegalArgumentException("shape=" + dimensions + " has a negative length");
            }
        }
        if (dimensions.size() == 2 && Math.unsignedMultiplyHigh(dimensions.getFirst(), dimensions.getLast()) != 0
                || elements(dimensions) < 0) {
            throw new IllegalArgumentException("shape=" + dimensions + " has more elements than can be counted");
        }
    }

    private static long elements(List<Long> dimensions) {
        return dimensions.size() == 1 ? dimensions.getFirst() : dimensions.getFirst() * dimensions.getLast();
    }

    /** A shape from one or two lengths. */
    public static ArrayShape of(long... lengths) {
        return new ArrayShape(Arrays.stream(lengths).boxed().toList());
    }

    /** The number of elements. */
    public long elements() {
        return elements(dimensions);
    }

    /** As Python writes it: {@code (3,)}, {@code (3, 4)}. */
    @Override
    public String toString() {
        String lengths = dimensions.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "(" + lengths + (dimensions.size() == 1 ? ",)" : ")");
    }
}
