package dev.lethe.tracker.interchange;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value that a {@link PickleMachine} computes with. No value is code, and the size of the file bounds that of all
 * values.
 */
sealed interface PickleValue {

    /** A value without content. */
    enum Sign implements PickleValue {
        /** The start of the items of a tuple, list or dictionary. */
        MARK,
        /** Python's {@code None}. */
        NONE
    }

    /** A function or class that may be named: those of NumPy for arrays, and those that pack bytes in old protocols. */
    enum Global implements PickleValue {
        NDARRAY("ndarray", "numpy"),
        DTYPE("dtype", "numpy"),
        RECONSTRUCT("_reconstruct", "numpy.core.multiarray", "numpy._core.multiarray"),
        SCALAR("scalar", "numpy.core.multiarray", "numpy._core.multiarray"),
        FROM_BUFFER("_frombuffer", "numpy.core.numeric", "numpy._core.numeric"),
        ENCODE("encode", "_codecs"),
        BYTES("bytes", "builtins", "__builtin__");

        private final String function;
        private final List<String> modules;

        Global(String function, String... modules) {
            this.function = function;
            this.modules = List.of(modules);
        }

        static Optional<Global> of(String module, String function) {
            return Arrays.stream(values())
                    .filter(global -> global.function.equals(function) && global.modules.contains(module)).findFirst();
        }
    }

    /**
     * A number or a truth value, of Python or NumPy.
     *
     * @param value
     *            the number; a truth value is 0 or 1
     */
    record Scalar(double value) implements PickleValue {}

    /**
     * A {@code str}.
     *
     * @param text
     *            the text
     */
    record Text(String text) implements PickleValue {}

    /**
     * A {@code bytes} or {@code bytearray}, usually a part of the file.
     *
     * @param bytes
     *            the bytes
     */
    record Bytes(MemorySegment bytes) implements PickleValue {}

    /**
     * A {@code tuple}, which only arguments and states are.
     *
     * @param items
     *            the items
     */
    record Tuple(List<PickleValue> items) implements PickleValue {}

    /** A {@code list} of numbers. */
    final class NumberList implements PickleValue {
        private double[] values = new double[0];
        private int size;

        int size() {
            return size;
        }

        void add(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 8 + size + (size >> 1));
            }
            values[size++] = value;
        }

        double[] toDoubles() {
            return Arrays.copyOf(values, size);
        }
    }

    /** A {@code dict} with texts as keys. */
    final class Dictionary implements PickleValue {
        private final Map<String, PickleValue> items = new LinkedHashMap<>();

        Map<String, PickleValue> items() {
            return items;
        }
    }

    /** A NumPy {@code dtype}; its byte order is set after it was made. */
    final class Dtype implements PickleValue {
        private final ElementType type;
        private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

        Dtype(ElementType type) {
            this.type = type;
        }

        ElementType type() {
            return type;
        }

        ByteOrder order() {
            return order;
        }

        void order(ByteOrder given) {
            order = given;
        }
    }

    /** A NumPy array; in most protocols its content is set after it was made. */
    final class Array implements PickleValue {
        private Optional<NumpyArray> content = Optional.empty();

        Optional<NumpyArray> content() {
            return content;
        }

        void content(NumpyArray given) {
            content = Optional.of(given);
        }
    }
}
