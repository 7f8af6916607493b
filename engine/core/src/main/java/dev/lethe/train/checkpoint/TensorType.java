package dev.lethe.train.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Types of tensors that can be read, of which {@link #F32} and {@link #I64} are written. Elements are little endian and
 * unaligned.
 */
enum TensorType {
    F32(Float.BYTES) {
        @Override
        NamedArray read(String name, List<Integer> shape, MemorySegment data) {
            return new NamedArray.Floats(name, shape, data.toArray(FLOAT));
        }
    },
    /** Rounded to the nearest float32. */
    F64(Double.BYTES) {
        @Override
        NamedArray read(String name, List<Integer> shape, MemorySegment data) {
            float[] values = new float[elements(data)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) data.getAtIndex(DOUBLE, i);
            }
            return new NamedArray.Floats(name, shape, values);
        }
    },
    /** IEEE 754's binary16. */
    F16(Short.BYTES) {
        @Override
        NamedArray read(String name, List<Integer> shape, MemorySegment data) {
            float[] values = new float[elements(data)];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.float16ToFloat(data.getAtIndex(SHORT, i));
            }
            return new NamedArray.Floats(name, shape, values);
        }
    },
    /** Upper half of a float32. */
    BF16(Short.BYTES) {
        @Override
        NamedArray read(String name, List<Integer> shape, MemorySegment data) {
            float[] values = new float[elements(data)];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.intBitsToFloat(data.getAtIndex(SHORT, i) << Short.SIZE);
            }
            return new NamedArray.Floats(name, shape, values);
        }
    },
    I64(Long.BYTES) {
        @Override
        NamedArray read(String name, List<Integer> shape, MemorySegment data) {
            return new NamedArray.Integers(name, shape, data.toArray(LONG));
        }
    },
    I32(Integer.BYTES) {
        @Override
        NamedArray read(String name, List<Integer> shape, MemorySegment data) {
            long[] values = new long[elements(data)];
            for (int i = 0; i < values.length; i++) {
                values[i] = data.getAtIndex(INT, i);
            }
            return new NamedArray.Integers(name, shape, values);
        }
    };

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bytes;

    TensorType(int bytes) {
        this.bytes = bytes;
    }

    static TensorType of(NamedArray array) {
        return switch (array) {
            case NamedArray.Floats _ -> F32;
            case NamedArray.Integers _ -> I64;
        };
    }

    /** Returns the number of bytes of an element. */
    int bytes() {
        return bytes;
    }

    /**
     * Copies a tensor out of a file.
     *
     * @param name name of the tensor
     * @param shape extents, outermost first
     * @param data bytes of all elements of the shape
     */
    abstract NamedArray read(String name, List<Integer> shape, MemorySegment data);

    int elements(MemorySegment data) {
        return Math.toIntExact(data.byteSize() / bytes);
    }
}
