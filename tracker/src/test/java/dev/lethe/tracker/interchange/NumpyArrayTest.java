package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NumpyArrayTest {

    @Test
    void shouldViewJavaArrays() {
        double[] doubles = {1.5, Double.NaN};
        NumpyArray array = NumpyArray.of(doubles);
        doubles[0] = -2;
        assertArrayEquals(new double[]{-2, Double.NaN}, array.toDoubles());
        assertEquals(ArrayShape.of(2), array.shape());
        assertArrayEquals(new double[]{0.1f, -3}, NumpyArray.of(new float[]{0.1f, -3}).toDoubles());
        assertEquals(Long.MAX_VALUE, NumpyArray.of(new long[]{Long.MAX_VALUE}).longAt(0));
        assertEquals(-5, NumpyArray.of(new int[]{7, -5}).longAt(1));
        assertEquals(255, NumpyArray.ofUnsigned(new byte[]{-1}).longAt(0));
        assertArrayEquals(new double[]{1, 0}, NumpyArray.copyOf(new boolean[]{true, false}).toDoubles());
        assertEquals(0, NumpyArray.of(new int[0]).toDoubles().length);
    }

    /** Compares every type in both orders with the bytes that a {@link ByteBuffer} makes. */
    @ParameterizedTest
    @EnumSource(ElementType.class)
    void shouldReadEveryTypeInBothByteOrders(ElementType type) {
        // the last is the smallest float16
        double[] values = type.integral() ? new double[]{0, 1, 1} : new double[]{-0.5, Double.NaN, 0x1p-24};
        for (ByteOrder order : new ByteOrder[]{ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            ByteBuffer bytes = ByteBuffer.allocate(1 + 3 * type.bytes()).order(order).position(1);
            for (double value : values) {
                type.put(bytes, value);
            }
            MemorySegment unaligned = MemorySegment.ofArray(bytes.array()).asSlice(1);
            NumpyArray array = NumpyArray.of(type, order, ArrayShape.of(3), unaligned);
            assertArrayEquals(values, array.toDoubles());
            if (type.integral()) {
                assertEquals(1, array.longAt(2));
            } else {
                assertThrows(IllegalStateException.class, () -> array.longAt(2));
            }
        }
    }

    @Test
    void shouldTakeAnyByteButZeroAsTrue() {
        NumpyArray array = NumpyArray.of(ElementType.BOOL, ByteOrder.LITTLE_ENDIAN, ArrayShape.of(3),
                MemorySegment.ofArray(new byte[]{0, 1, (byte) 0x80}));
        assertArrayEquals(new double[]{0, 1, 1}, array.toDoubles());
    }

    @Test
    void shouldReshapeOnlyToAsManyElements() {
        NumpyArray array = NumpyArray.of(new int[]{1, 2, 3, 4, 5, 6}).withShape(2, 3);
        assertEquals("(2, 3)", array.shape().toString());
        assertEquals(6, array.longAt(5));
        assertEquals("data bytes=24 do not fit shape=(4, 2) of 4-byte elements: take a slice, or another shape",
                assertThrows(IllegalArgumentException.class, () -> array.withShape(4, 2)).getMessage());
    }

    @Test
    void shouldRefuseElementsOutsideTheArray() {
        NumpyArray array = NumpyArray.of(new int[3]);
        assertThrows(IndexOutOfBoundsException.class, () -> array.doubleAt(3));
        assertThrows(IndexOutOfBoundsException.class, () -> array.longAt(-1));
    }

    @Test
    void shouldRefuseShapesThatAreNone() {
        for (long[] lengths : new long[][]{{}, {1, 2, 3, 4, 5}, {-1}, {2, -2}, {1L << 32, 1L << 32}, {1L << 62, 2},
                {1L << 31, 2, 1L << 30, 2}}) {
            assertThrows(IllegalArgumentException.class, () -> ArrayShape.of(lengths));
        }
        assertEquals(0, ArrayShape.of(0, Long.MAX_VALUE).elements());
        assertEquals(0, ArrayShape.of(Long.MAX_VALUE, Long.MAX_VALUE, 0).elements());
        assertEquals(24, ArrayShape.of(1, 2, 3, 4).elements());
        assertEquals(Long.MAX_VALUE, ArrayShape.of(Long.MAX_VALUE).elements());
        assertEquals("(3,)", ArrayShape.of(3).toString());
    }

    @Test
    void shouldStreamComputedElementsOverManyChunks() throws IOException {
        int elements = 70_001;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ArraySource.computed(ElementType.INT32, ArrayShape.of(elements), index -> index * 3.0).writeTo(output);
        ByteBuffer bytes = ByteBuffer.wrap(output.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(elements * Integer.BYTES, bytes.capacity());
        for (int index = 0; index < elements; index++) {
            assertEquals(3 * index, bytes.getInt());
        }
    }

    @Test
    void shouldNameTypeAndShape() {
        String text = NumpyArray.of(new float[6]).withShape(3, 2).toString();
        assertTrue(text.endsWith("f4' shape=(3, 2)"), text);
    }
}
