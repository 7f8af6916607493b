package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.util.function.LongToDoubleFunction;

/**
 * An array that can be written to a file, as a stream: it need not be in memory. Writing it does not change it, and may
 * be done more than once.
 */
public interface ArraySource {

    /** The type of its elements. */
    ElementType type();

    /** The byte order of its elements. */
    ByteOrder order();

    /** Its shape. */
    ArrayShape shape();

    /**
     * Writes exactly {@code shape().elements() * type().bytes()} bytes, the elements in C order.
     *
     * @throws IOException
     *            if {@code output} does
     */
    void writeTo(OutputStream output) throws IOException;

    /**
     * An array whose elements are computed while it is written, little endian.
     *
     * @param type
     *            what the values are converted to, as by a cast; an {@link ElementType#INT64} beyond 2<sup>53</sup>
     *            does not survive the way through a {@code double}
     * @param values
     *            the value of element {@code [0, shape.elements())} in C order
     */
    static ArraySource computed(ElementType type, ArrayShape shape, LongToDoubleFunction values) {
        return new ComputedArray(type, shape, values);
    }
}
