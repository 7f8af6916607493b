package dev.lethe.tracker.interchange;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shape of an array of one to four dimensions, in C order: the last dimension varies fastest.
 *
 * @param dimensions
 *            one to four lengths, none negative
 */
public record ArrayShape(List<Long> dimensions) {
    /** The most dimensions: those of images, (examples, height, width, channels). */
    private static final int MOST_DIMENSIONS = 4;

    /** Checks the lengths, and that their product is a {@code long}. */
    public ArrayShape {
        dimensions = List.copyOf(dimensions);
        if (dimensions.isEmpty() || dimensions.size() > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("dimensions=" + dimensions.size() + ": only arrays of 1 to "
                    + MOST_DIMENSIONS + " dimensions are read and written");
        }
        for (long length : dimensions) {
            if (length < 0) {
                throw new IllegalArgumentException("shape=" + dimensions + " has a negative length");
            }
        }
        try {
            elements(dimensions);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("shape=" + dimensions + " has more elements than can be counted", e);
        }
    }

    private static long elements(List<Long> dimensions) {
        if (dimensions.contains(0L)) {
            return 0; // whatever the product of the others
        }
        return dimensions.stream().reduce(1L, Math::multiplyExact);
    }

    /** Makes a shape from one to four lengths. */
    public static ArrayShape of(long... lengths) {
        return new ArrayShape(Arrays.stream(lengths).boxed().toList());
    }

    /** Returns the number of elements. */
    public long elements() {
        return elements(dimensions);
    }

    /** Returns the shape as Python writes it: {@code (3,)}, {@code (3, 4)}. */
    @Override
    public String toString() {
        String lengths = dimensions.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "(" + lengths + (dimensions.size() == 1 ? ",)" : ")");
    }
}
