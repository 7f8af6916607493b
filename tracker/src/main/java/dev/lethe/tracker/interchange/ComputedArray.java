package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongToDoubleFunction;

/**
 * An array whose elements are computed while it is written.
 *
 * @param type
 *            the type of the elements
 * @param shape
 *            the shape of the array
 * @param values
 *            computes the value of an element
 */
record ComputedArray(ElementType type, ArrayShape shape, LongToDoubleFunction values) implements ArraySource {
    private static final int CHUNK = 1 << 16;

    @Override
    public ByteOrder order() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public void writeTo(OutputStream output) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(order());
        long elements = shape.elements();
        for (long index = 0; index < elements; index++) {
            if (!chunk.hasRemaining()) {
                output.write(chunk.array());
                chunk.clear();
            }
            type.put(chunk, values.applyAsDouble(index));
        }
        output.write(chunk.array(), 0, chunk.position());
    }
}
