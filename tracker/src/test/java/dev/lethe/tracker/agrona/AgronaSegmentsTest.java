package dev.lethe.tracker.agrona;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AgronaSegmentsTest {
    /** Makes buffers of twelve bytes each, at an offset of their memory. */
    static Stream<MutableDirectBuffer> buffers() {
        MemorySegment native24 = Arena.global().allocate(24, 8);
        return Stream.of(new UnsafeBuffer(new byte[24], 8, 12), new UnsafeBuffer(ByteBuffer.allocate(24), 8, 12),
                new UnsafeBuffer(ByteBuffer.allocateDirect(24), 8, 12),
                new UnsafeBuffer(ByteBuffer.allocateDirect(32).position(4).limit(20).slice(), 4, 12),
                new UnsafeBuffer(native24.address() + 8, 12));
    }

    @ParameterizedTest
    @MethodSource("buffers")
    void shouldSeeTheBytesThatTheBufferSees(MutableDirectBuffer buffer) {
        MemorySegment segment = AgronaSegments.of(buffer);
        assertEquals(12, segment.byteSize());
        buffer.putInt(0, 0x01020304, ByteOrder.nativeOrder());
        buffer.putByte(11, (byte) 42);
        assertEquals(0x01020304, segment.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
        assertEquals(42, segment.get(ValueLayout.JAVA_BYTE, 11));
    }

    @Test
    void shouldFeedATracker() throws IOException {
        MutableDirectBuffer ids = new UnsafeBuffer(ByteBuffer.allocateDirect(8));
        MutableDirectBuffer labels = new UnsafeBuffer(new byte[8]);
        MutableDirectBuffer logits = new UnsafeBuffer(ByteBuffer.allocate(24));
        ids.putInt(0, 3);
        ids.putInt(4, 1);
        labels.putInt(0, 2);
        logits.putFloat(8, 5);
        logits.putFloat(20, 5);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(4, 1))) {
            int right = tracker.logitRecorder(3).record(AgronaSegments.of(ids), AgronaSegments.of(logits),
                    AgronaSegments.of(labels), 0, 2);
            assertEquals(1, right);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertTrue(history.correct(1, 3));
                assertTrue(history.seen(1, 1) && !history.correct(1, 1));
            }
        }
    }
}
