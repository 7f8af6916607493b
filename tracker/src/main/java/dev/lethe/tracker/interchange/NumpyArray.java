package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * An array in memory, laid out as NumPy's: a view, valid as long as the memory that it was made from. Reading it is
 * safe from any thread that may access that memory.
 */
public final class NumpyArray implements ArraySource {
    private static final int CHUNK = 1 << 16;

    private final ElementType type;
    private final ByteOrder order;
    private final ArrayShape shape;
    private final MemorySegment data;
    private final boolean bigEndian;

    private NumpyArray(ElementType type, ByteOrder order, ArrayShape shape, MemorySegment data) {
        this.type = type;
        this.order = order;
        this.shape = shape;
        this.data = data.asReadOnly();
        this.bigEndian = order == ByteOrder.BIG_ENDIAN;
    }

    /**
     * Makes a view of elements in C order.
     *
     * @param type
     *            the type of the elements
     * @param order
     *            the byte order of the elements
     * @param shape
     *            the shape of the array
     * @param data
     *            {@code shape.elements() * type.bytes()} bytes, of any alignment; not copied, and not closed here
     * @throws IllegalArgumentException
     *             if {@code data} has another size
     */
    public static NumpyArray of(ElementType type, ByteOrder order, ArrayShape shape, MemorySegment data) {
        Objects.requireNonNull(order, "order");
        if (data.byteSize() % type.bytes() != 0 || data.byteSize() / type.bytes() != shape.elements()) {
            throw new IllegalArgumentException("data bytes=" + data.byteSize() + " do not fit shape=" + shape + " of "
                    + type.bytes() + "-byte elements: take a slice, or another shape");
        }
        return new NumpyArray(type, order, shape, data);
    }

    /** Makes a view of a Java array, (length,) float64. */
    public static NumpyArray of(double[] values) {
        return flat(ElementType.FLOAT64, MemorySegment.ofArray(values));
    }

    /** Makes a view of a Java array, (length,) float32. */
    public static NumpyArray of(float[] values) {
        return flat(ElementType.FLOAT32, MemorySegment.ofArray(values));
    }

    /** Makes a view of a Java array, (length,) int64. */
    public static NumpyArray of(long[] values) {
        return flat(ElementType.INT64, MemorySegment.ofArray(values));
    }

    /** Makes a view of a Java array, (length,) int32. */
    public static NumpyArray of(int[] values) {
        return flat(ElementType.INT32, MemorySegment.ofArray(values));
    }

    /** Makes a view of a Java array, (length,) uint8. */
    public static NumpyArray ofUnsigned(byte[] values) {
        return flat(ElementType.UINT8, MemorySegment.ofArray(values));
    }

    /** Copies a Java array, (length,) bool. */
    public static NumpyArray copyOf(boolean[] values) {
        byte[] bytes = new byte[values.length];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) (values[index] ? 1 : 0);
        }
        return flat(ElementType.BOOL, MemorySegment.ofArray(bytes));
    }

    private static NumpyArray flat(ElementType type, MemorySegment data) {
        return new NumpyArray(type, ByteOrder.nativeOrder(), ArrayShape.of(data.byteSize() / type.bytes()), data);
    }

    /**
     * Returns a view of the elements in another shape.
     *
     * @param lengths
     *            the lengths of the shape
     * @throws IllegalArgumentException
     *             if the shape has another number of elements
     */
    public NumpyArray withShape(long... lengths) {
        return of(type, order, ArrayShape.of(lengths), data);
    }

    @Override
    public ElementType type() {
        return type;
    }

    @Override
    public ByteOrder order() {
        return order;
    }

    @Override
    public ArrayShape shape() {
        return shape;
    }

    /** Returns the elements in C order, read only. */
    public MemorySegment data() {
        return data;
    }

    /**
     * Returns element {@code index} in C order; a bool is 0 or 1, an int64 is rounded to a {@code double}.
     *
     * @param index
     *            the element, {@code [0, shape().elements())}
     * @throws IndexOutOfBoundsException
     *             if there is no such element
     */
    public double doubleAt(long index) {
        return type.doubleAt(data, bigEndian, checked(index));
    }

    /**
     * Returns element {@code index} in C order of an integral array; a bool is 0 or 1.
     *
     * @param index
     *            the element, {@code [0, shape().elements())}
     * @throws IndexOutOfBoundsException
     *             if there is no such element
     * @throws IllegalStateException
     *             if the array is not {@linkplain ElementType#integral integral}
     */
    public long longAt(long index) {
        return type.longAt(data, bigEndian, checked(index));
    }

    private long checked(long index) {
        if (index < 0 || index >= shape.elements()) {
            throw new IndexOutOfBoundsException("index=" + index + " is not in [0, " + shape.elements()
                    + "): elements of shape=" + shape + " are counted in C order");
        }
        return index;
    }

    /**
     * Returns all elements in C order, converted as by {@link #doubleAt}, in a new array.
     *
     * @throws IllegalStateException
     *             if they are more than a Java array holds
     */
    public double[] toDoubles() {
        if (shape.elements() > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("shape=" + shape + " has more elements than a Java array holds");
        }
        double[] values = new double[(int) shape.elements()];
        for (int index = 0; index < values.length; index++) {
            values[index] = type.doubleAt(data, bigEndian, index);
        }
        return values;
    }

    @Override
    public void writeTo(OutputStream output) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, data.byteSize())];
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
            int bytes = (int) Math.min(CHUNK, data.byteSize() - at);
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, chunk, 0, bytes);
            output.write(chunk, 0, bytes);
        }
    }

    @Override
    public String toString() {
        return "array of descr='" + type.descr(order) + "' shape=" + shape;
    }
}
