package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryLayoutTest {
    @TempDir
    private Path folder;

    @Test
    void shouldPlaceSectionsOneAfterTheOtherOnPages() {
        HistoryLayout layout = new HistoryLayout(60_000, 200);
        assertEquals(4096, layout.commit(0));
        assertEquals(4096 + 128 * 199, layout.commit(199));
        assertEquals(4096 * 8, layout.sums(0)); // 4096 + 200 * 128 = 29,696
        assertEquals(1_200_000, layout.slotBytes());
        assertEquals(layout.sums(0) + 4096 * 293, layout.sums(1));
        assertEquals(7552, layout.planeBytes()); // 7500 bytes in 64s
        assertEquals(layout.sums(1) + 4096 * 293, layout.correctPlane(0));
        assertEquals(layout.correctPlane(0) + 199 * 7552, layout.correctPlane(199));
        assertEquals(layout.correctPlane(0) + 4096 * 369, layout.seenPlane(0)); // 1,510,400 bytes in 4096s
        assertEquals(layout.seenPlane(0) + 4096 * 369, layout.fileBytes());
    }

    @Test
    void shouldHoldTheLargestHistoryWithoutOverflow() {
        HistoryLayout layout = new HistoryLayout(TrackerSpec.MAX_EXAMPLES, TrackerSpec.MAX_EPOCHS);
        assertEquals((1L << 28) - 64, layout.planeBytes());
        assertEquals(layout.seenPlane(0) + (1L << 48) - (1L << 26), layout.fileBytes());
    }

    /** Reads a file with nothing but docs/format.md, as a program in another language would. */
    @Test
    void shouldWriteTheBytesThatTheFormatDescribes() throws IOException {
        Path file = folder.resolve("history.lethe");
        TrackerSpec spec = new TrackerSpec(70, 2, Sha256.ofText("data"), Sha256.ofText("recipe"));
        try (ForgettingTracker tracker = ForgettingTracker.create(file, spec)) {
            tracker.record(3, true, 1.5f, 0.25f, 0.5f, 2f);
            tracker.record(69, false, -1.5f, 0.75f, 0.125f, 3f);
            tracker.commitEpoch();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);

        assertArrayEquals(new byte[]{(byte) 0x89, 'L', 'E', 'T', 'H', 'E', '\r', '\n'},
                Arrays.copyOf(bytes.array(), 8));
        assertEquals(1, bytes.getInt(8));
        assertEquals(0, bytes.getInt(12));
        assertEquals(70, bytes.getLong(16));
        assertEquals(2, bytes.getLong(24));
        assertEquals(bytes.capacity(), bytes.getLong(32));
        assertArrayEquals(spec.fingerprint().bytes(), Arrays.copyOfRange(bytes.array(), 40, 72));
        assertArrayEquals(spec.configuration().bytes(), Arrays.copyOfRange(bytes.array(), 72, 104));
        assertEquals(0, bytes.getInt(104));
        assertEquals(crc(bytes, 0, 108), bytes.getInt(108));

        int sums = 8192;
        int correct = sums + 4096 + 4096;
        int seen = correct + 4096;
        assertEquals(1, bytes.getInt(4096));
        assertEquals(0, bytes.getInt(4100));
        assertEquals(0, bytes.getInt(4104));
        assertEquals(crc(bytes, seen, 64), bytes.getInt(4108));
        assertEquals(crc(bytes, correct, 64), bytes.getInt(4112));
        assertEquals(crc(bytes, sums, 1408), bytes.getInt(4116));
        assertEquals(2, bytes.getLong(4120));
        assertEquals(1, bytes.getLong(4128));
        assertEquals(0, bytes.getLong(4136));
        assertEquals(crc(bytes, 4096, 60), bytes.getInt(4096 + 60));
        assertEquals(bytes.slice(4096, 64), bytes.slice(4096 + 64, 64));

        assertEquals(1L << 3, bytes.getLong(seen));
        assertEquals(1L << 69 - 64, bytes.getLong(seen + 8));
        assertEquals(1L << 3, bytes.getLong(correct));
        assertEquals(0, bytes.getLong(correct + 8));
        assertEquals(1.5f, bytes.getFloat(sums + 20 * 3));
        assertEquals(0.75f, bytes.getFloat(sums + 20 * 69 + 4));
        assertEquals(0.5f, bytes.getFloat(sums + 20 * 3 + 8));
        assertEquals(0.25f, bytes.getFloat(sums + 20 * 3 + 12));
        assertEquals(3f, bytes.getFloat(sums + 20 * 69 + 16));
    }

    private static int crc(ByteBuffer bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), offset, length);
        return (int) crc.getValue();
    }
}
