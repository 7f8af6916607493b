package dev.lethe.tracker.agrona;

import java.lang.foreign.MemorySegment;
import org.agrona.DirectBuffer;

/**
 * The conversion of Agrona's buffers to the memory segments that the tracker takes: ids, labels and logits for {@link
 * dev.lethe.tracker.LogitRecorder}, off-heap columns for {@link dev.lethe.tracker.PresentationColumns}.
 */
public final class AgronaSegments {
    private AgronaSegments() {}

    /**
     * Returns a view of a buffer's bytes: nothing is copied, and wrapping the buffer around other memory later does not
     * change the view. A view of a byte array or a {@link java.nio.ByteBuffer} keeps that alive. A view of an address
     * does not: the memory must outlive the view, as it must outlive the buffer.
     *
     * @param buffer
     *            the buffer
     * @return {@code buffer.capacity()} bytes
     */
    // exports: whoever has a buffer requires Agrona, which this module does not ask of others
    @SuppressWarnings({"restricted", "exports"})
    public static MemorySegment of(DirectBuffer buffer) {
        if (buffer.byteBuffer() != null) {
            // a buffer's position and limit do not bound what Agrona sees of it
            return MemorySegment.ofBuffer(buffer.byteBuffer().duplicate().clear()).asSlice(buffer.wrapAdjustment(),
                    buffer.capacity());
        }
        if (buffer.byteArray() != null) {
            return MemorySegment.ofArray(buffer.byteArray()).asSlice(buffer.wrapAdjustment(), buffer.capacity());
        }
        return MemorySegment.ofAddress(buffer.addressOffset()).reinterpret(buffer.capacity());
    }
}
