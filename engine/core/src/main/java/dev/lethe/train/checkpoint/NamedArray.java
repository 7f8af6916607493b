package dev.lethe.train.checkpoint;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named array of a checkpoint: a parameter, a momentum, a running statistic, a counter. Values are in row-major order;
 * the record takes ownership of the array and does not copy it.
 */
public sealed interface NamedArray {
    /** Returns the name, as in PyTorch's {@code state_dict}: {@code conv1.weight}. */
    String name();

    /** Returns the extents, outermost first, each at least 0; none for a scalar. */
    List<Integer> shape();

    /**
     * Returns the values of an array of floats.
     *
     * @throws IllegalArgumentException when it holds integers
     */
    float[] floats();

    /** Makes an array of floats. */
    static NamedArray of(String name, List<Integer> shape, float[] values) {
        return new Floats(name, shape, values);
    }

    /** Makes a counter, such as {@code bn1.num_batches_tracked}, of shape (). */
    static NamedArray scalar(String name, long value) {
        return new Integers(name, List.of(), new long[]{value});
    }

    /**
     * Returns arrays by name, in their order.
     *
     * @throws IllegalArgumentException when two have the same name
     */
    static Map<String, NamedArray> byName(Collection<? extends NamedArray> arrays) {
        Map<String, NamedArray> map = new LinkedHashMap<>();
        for (NamedArray array : arrays) {
            if (map.put(array.name(), array) != null) {
                throw new IllegalArgumentException("two arrays are named '" + array.name() + "': rename one");
            }
        }
        return Collections.unmodifiableMap(map);
    }

    /**
     * Array of floats.
     *
     * @param name name, as in PyTorch's {@code state_dict}
     * @param shape extents, outermost first
     * @param values values in row-major order
     */
    record Floats(String name, List<Integer> shape, float[] values) implements NamedArray {
        /** Refuses impossible values by a sentence that names them. */
        public Floats {
            shape = List.copyOf(shape);
            requireValid(name, shape, values.length);
        }

        @Override
        public float[] floats() {
            return values;
        }

        /** Compares names, shapes and values; a NaN equals itself. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Floats(String otherName, List<Integer> otherShape, float[] otherValues)
                    && name.equals(otherName) && shape.equals(otherShape) && Arrays.equals(values, otherValues);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * name.hashCode() + shape.hashCode()) + Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return name + shape + " of floats";
        }
    }

    /**
     * Array of whole numbers.
     *
     * @param name name, as in PyTorch's {@code state_dict}
     * @param shape extents, outermost first
     * @param values values in row-major order
     */
    record Integers(String name, List<Integer> shape, long[] values) implements NamedArray {
        /** Refuses impossible values by a sentence that names them. */
        public Integers {
            shape = List.copyOf(shape);
            requireValid(name, shape, values.length);
        }

        @Override
        public float[] floats() {
            throw new IllegalArgumentException("array '" + name + "' holds integers where floats are needed");
        }

        /** Compares names, shapes and values. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Integers(String otherName, List<Integer> otherShape, long[] otherValues)
                    && name.equals(otherName) && shape.equals(otherShape) && Arrays.equals(values, otherValues);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * name.hashCode() + shape.hashCode()) + Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return name + shape + " of integers";
        }
    }

    private static void requireValid(String name, List<Integer> shape, int values) {
        if (!StrictJson.isWritable(name) || name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("array name '" + CheckpointException.shown(name)
                    + "' cannot be written to a safetensors file: choose another");
        }
        long elements = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException(
                        "array '" + name + "' has extent=" + extent + " in shape=" + shape + ": at least 0 is needed");
            }
            elements = Math.min(elements * extent, 1L << Integer.SIZE); // more than an array has, without overflow
        }
        if (elements != values) {
            throw new IllegalArgumentException(
                    "array '" + name + "' has values=" + values + ", which is not the number of shape=" + shape);
        }
    }
}
