package dev.lethe.kernels.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The extent of a tensor in each dimension, outermost first: {@code (N, H, W, C)} for images and activations,
 * {@code (O, I, H, W)} for convolution weights, {@code (O, I)} for linear weights.
 *
 * @param dims extents, each at least 1
 */
public record Shape(List<Integer> dims) {
    /** Refuses impossible values by a sentence that names them. */
    public Shape {
        dims = List.copyOf(dims);
        for (int dim : dims) {
            if (dim < 1) {
                throw new IllegalArgumentException(
                        "shape " + dims + " has extent=" + dim + ": every extent is at least 1");
            }
        }
        requireFits(dims);
    }

    private static void requireFits(List<Integer> dims) {
        long elements = 1;
        for (int dim : dims) {
            elements = Math.multiplyExact(elements, dim);
        }
    }

    /** Returns a shape of extents, outermost first. */
    public static Shape of(int... dims) {
        return new Shape(Arrays.stream(dims).boxed().toList());
    }

    /** Returns the number of dimensions. */
    public int rank() {
        return dims.size();
    }

    /** Returns the extent of a dimension, counted from 0, outermost first. */
    public int dim(int index) {
        return dims.get(index);
    }

    /** Returns the product of all extents. */
    public long elements() {
        long elements = 1;
        for (int dim : dims) {
            elements *= dim;
        }
        return elements;
    }

    /** Returns the product of all extents but the first: the number of elements of one example. */
    public long elementsPerExample() {
        return elements() / dim(0);
    }

    /** Returns this shape with another first extent. */
    public Shape withFirst(int extent) {
        int[] changed = dims.stream().mapToInt(Integer::intValue).toArray();
        changed[0] = extent;
        return of(changed);
    }

    @Override
    public String toString() {
        return dims.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
