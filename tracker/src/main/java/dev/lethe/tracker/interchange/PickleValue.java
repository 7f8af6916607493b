package dev.lethe.tracker.interchange;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value that a {@link PickleMachine} computes with. No value is code, and the size of the file bounds that of all
 * values.
 */
sealed interface PickleValue {
    /** The most bytes that are taken for a text: what is longer is the content of an array. */
    int LONGEST_TEXT = 1 << 16;

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
     * A {@code bytes}, {@code bytearray} or Python 2's {@code str}, usually a part of the file.
     *
     * @param bytes
     *            the bytes
     */
    record Bytes(MemorySegment bytes) implements PickleValue {}

    /**
     * A {@code tuple}.
     *
     * @param items
     *            the items
     */
    record Tuple(List<PickleValue> items) implements PickleValue {}

    /** A {@code list}, which is compact while it has numbers alone. */
    final class Items implements PickleValue {
        private double[] numbers = new double[0];
        private int size;
        private @Nullable List<PickleValue> values; // instead of the numbers, where there are other values

        int size() {
            return size;
        }

        void add(PickleValue value) {
            if (values == null && value instanceof Scalar(double number)) {
                if (size == numbers.length) {
                    numbers = Arrays.copyOf(numbers, 8 + size + (size >> 1));
                }
                numbers[size] = number;
            } else {
                if (values == null) {
                    values = new ArrayList<>(values());
                    numbers = new double[0];
                }
                values.add(value);
            }
            size++;
        }

        /** Returns the numbers; empty where there are other values. */
        Optional<double[]> toDoubles() {
            return values == null ? Optional.of(Arrays.copyOf(numbers, size)) : Optional.empty();
        }

        /** Returns the values. */
        List<PickleValue> values() {
            return values == null
                    ? Arrays.stream(numbers, 0, size).mapToObj(number -> (PickleValue) new Scalar(number)).toList()
                    : values;
        }
    }

    /**
     * Returns the text of a {@code str}, or of the {@code bytes} that the texts of Python 2 are; null where the value
     * is neither.
     */
    static @Nullable String text(PickleValue value) {
        return switch (value) {
            case Text(String text) -> text;
            case Bytes(MemorySegment bytes) when bytes.byteSize() <= LONGEST_TEXT ->
                new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            default -> null;
        };
    }

    /** A {@code dict} with texts, of Python 3 or 2, as keys. */
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
