package dev.lethe.tracker.interchange;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** A type of array elements that can be read and written: some of NumPy's types. */
public enum ElementType {
    /** One byte: 0 or 1. */
    BOOL("b1", 1),
    /** A signed byte. */
    INT8("i1", 1),
    /** An unsigned byte. */
    UINT8("u1", 1),
    /** A signed integer of two bytes. */
    INT16("i2", 2),
    /** An unsigned integer of two bytes. */
    UINT16("u2", 2),
    /** A signed integer of four bytes. */
    INT32("i4", 4),
    /** An unsigned integer of four bytes. */
    UINT32("u4", 4),
    /** A signed integer of eight bytes. */
    INT64("i8", 8),
    /** An unsigned integer of eight bytes. */
    UINT64("u8", 8),
    /** An IEEE 754 number of two bytes. */
    FLOAT16("f2", 2),
    /** An IEEE 754 number of four bytes. */
    FLOAT32("f4", 4),
    /** An IEEE 754 number of eight bytes. */
    FLOAT64("f8", 8);

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String code;
    private final int bytes;

    ElementType(String code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** Returns the type with one of NumPy's two-character codes. */
    static Optional<ElementType> ofCode(String code) {
        return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
    }

    /** Returns NumPy's two-character code: kind, and number of bytes. */
    public String code() {
        return code;
    }

    /** Returns the number of bytes of an element. */
    public int bytes() {
        return bytes;
    }

    /** Tells whether elements are whole numbers; those of a bool are. */
    public boolean integral() {
        return this != FLOAT16 && this != FLOAT32 && this != FLOAT64;
    }

    /** Returns NumPy's name of the type with the byte order: {@code <f4}, {@code |u1}. */
    String descr(ByteOrder order) {
        if (bytes == 1) {
            return "|" + code;
        }
        return (order == ByteOrder.BIG_ENDIAN ? ">" : "<") + code;
    }

    /** Returns element {@code index} of an integral array; a uint64 of 2<sup>63</sup> or more comes out negative. */
    long longAt(MemorySegment data, boolean bigEndian, long index) {
        return switch (this) {
            case BOOL -> data.get(ValueLayout.JAVA_BYTE, index) == 0 ? 0 : 1;
            case INT8 -> data.get(ValueLayout.JAVA_BYTE, index);
            case UINT8 -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, index));
            case INT16 -> twoBytes(data, bigEndian, index);
            case UINT16 -> Short.toUnsignedLong(twoBytes(data, bigEndian, index));
            case INT32 -> fourBytes(data, bigEndian, index);
            case UINT32 -> Integer.toUnsignedLong(fourBytes(data, bigEndian, index));
            case INT64, UINT64 -> eightBytes(data, bigEndian, index);
            case FLOAT16, FLOAT32, FLOAT64 -> throw new IllegalStateException("type=" + this + " is not integral");
        };
    }

    /** Returns element {@code index} of any array. */
    double doubleAt(MemorySegment data, boolean bigEndian, long index) {
        return switch (this) {
            case UINT64 -> unsigned(eightBytes(data, bigEndian, index));
            case FLOAT16 -> Float.float16ToFloat(twoBytes(data, bigEndian, index));
            case FLOAT32 -> Float.intBitsToFloat(fourBytes(data, bigEndian, index));
            case FLOAT64 -> Double.longBitsToDouble(eightBytes(data, bigEndian, index));
            default -> longAt(data, bigEndian, index);
        };
    }

    /** Returns an unsigned number, rounded to a {@code double}; the last bit of a large one is kept for rounding. */
    private static double unsigned(long value) {
        return value >= 0 ? value : 2.0 * (value >>> 1 | value & 1);
    }

    // reversed by hand: the accessors are only fast with constant layouts
    private static short twoBytes(MemorySegment data, boolean bigEndian, long index) {
        short value = data.get(SHORT, index * Short.BYTES);
        return bigEndian ? Short.reverseBytes(value) : value;
    }

    private static int fourBytes(MemorySegment data, boolean bigEndian, long index) {
        int value = data.get(INT, index * Integer.BYTES);
        return bigEndian ? Integer.reverseBytes(value) : value;
    }

    private static long eightBytes(MemorySegment data, boolean bigEndian, long index) {
        long value = data.get(LONG, index * Long.BYTES);
        return bigEndian ? Long.reverseBytes(value) : value;
    }

    /** Appends a value, converted as Java's casts do, in the buffer's byte order. */
    void put(ByteBuffer buffer, double value) {
        switch (this) {
            case BOOL -> buffer.put((byte) (value == 0 ? 0 : 1));
            case INT8, UINT8 -> buffer.put((byte) (int) value);
            case INT16, UINT16 -> buffer.putShort((short) (int) value);
            case INT32 -> buffer.putInt((int) value);
            case UINT32 -> buffer.putInt((int) (long) value);
            case INT64 -> buffer.putLong((long) value);
            case UINT64 -> buffer.putLong(value < 0x1p63 ? (long) value : (long) (value - 0x1p63) ^ Long.MIN_VALUE);
            case FLOAT16 -> buffer.putShort(Float.floatToFloat16((float) value));
            case FLOAT32 -> buffer.putFloat((float) value);
            case FLOAT64 -> buffer.putDouble(value);
            default -> throw new IllegalStateException("type=" + this);
        }
    }
}
