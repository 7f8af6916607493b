package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.util.function.LongToDoubleFunction;

/**
 * An array that can be written to a file as a stream, so that it need not be in memory. Writing does not change it, and
 * may be repeated.
 */
public interface ArraySource {

    /** Returns the type of the elements. */
    ElementType type();

    /** Returns the byte order of the elements. */
    ByteOrder order();

    /** Returns the shape of the array. */
    ArrayShape shape();

    /**
     * Writes exactly {@code shape().elements() * type().bytes()} bytes, the elements in C order.
     *
     * @param output
     *            the stream to write to; not closed
     * @throws IOException
     *             if {@code output} throws it
     */
    void writeTo(OutputStream output) throws IOException;

    /**
     * Makes an array whose elements are computed while it is written, little endian.
     *
     * @param type
     *            the type to which values are converted, as by a cast; an {@link ElementType#INT64} beyond
     *            2<sup>53</sup> loses precision as a {@code double}
     * @param shape
     *            the shape of the array
     * @param values
     *            computes the value of element {@code [0, shape.elements())} in C order
     */
    static ArraySource computed(ElementType type, ArrayShape shape, LongToDoubleFunction values) {
        return new ComputedArray(type, shape, values);
    }
}
