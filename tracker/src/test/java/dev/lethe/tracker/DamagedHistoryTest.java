package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedHistoryTest {
    private static final RandomRun RUN = RandomRun.sampled(700, 5, 0.7, 1);
    private static final HistoryLayout LAYOUT = new HistoryLayout(700, 5);
    private static final int COMMITTED = 3;

    @TempDir
    private Path folder;
    private Path file;
    private byte[] bytes;

    @BeforeEach
    void writeThreeOfFiveEpochs() throws IOException {
        file = folder.resolve("history.lethe");
        try (ForgettingTracker tracker = ForgettingTracker.create(file, RUN.spec())) {
            for (int epoch = 0; epoch < COMMITTED; epoch++) {
                RandomRun.record(RUN.epochs().get(epoch), tracker);
                tracker.commitEpoch();
            }
        }
        bytes = Files.readAllBytes(file);
    }

    /** Checks that reader and writer refuse the file, and that the writer leaves it unchanged. */
    private void assertRefused(byte[] damaged, String problem) throws IOException {
        Files.write(file, damaged);
        String expected = "history=" + file + ": " + problem;
        String message = assertThrows(HistoryException.class, () -> History.open(file)).getMessage();
        assertTrue(message.startsWith(expected), message);
        assertEquals(message,
                assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file, RUN.spec())).getMessage());
        assertEquals(-1, Arrays.mismatch(damaged, Files.readAllBytes(file)));
    }

    private void assertReads(byte[] content, int epochs) throws IOException {
        Files.write(file, content);
        try (History history = History.open(file)) {
            assertHolds(RUN, epochs, history);
        }
    }

    private byte[] flipped(long offset) {
        byte[] damaged = bytes.clone();
        damaged[(int) offset] ^= 4;
        return damaged;
    }

    @Test
    void shouldRefuseAnEmptyFile() throws IOException {
        assertRefused(new byte[0], "not a Lethe history, the file is empty");
    }

    @Test
    void shouldRefuseAForeignFile() throws IOException {
        assertRefused("id,label,score\n".repeat(2000).getBytes(),
                "not a Lethe history, its first bytes are 69642c6c6162656c");
        assertRefused("no".getBytes(), "not a Lethe history, its first bytes are 6e6f");
    }

    @Test
    void shouldRefuseATruncatedHistory() throws IOException {
        assertRefused(Arrays.copyOf(bytes, 8), "truncated inside its header, bytes=8 of at least 4096");
        assertRefused(Arrays.copyOf(bytes, 4095), "truncated inside its header, bytes=4095");
        for (int length : new int[]{4096, 5000, (int) LAYOUT.sums(1), bytes.length - 1}) {
            assertRefused(Arrays.copyOf(bytes, length), "truncated, bytes=" + length + " of " + bytes.length);
        }
    }

    @Test
    void shouldRefuseAFileThatIsTooLong() throws IOException {
        assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "altered, bytes=" + (bytes.length + 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32, 40, 71, 72, 103, 104, 108, 111})
    void shouldRefuseAnAlteredHeader(int offset) throws IOException {
        assertRefused(flipped(offset), "altered, its header does not match its checksum");
    }

    @Test
    void shouldNameBothVersionsOfANewerFormat() throws IOException {
        byte[] newer = bytes.clone();
        newer[HistoryLayout.HEADER_MAJOR] = 2;
        newer[HistoryLayout.HEADER_MINOR] = 7;
        assertRefused(newer, "format version=2.7, this library reads version=1.x");
    }

    @Test
    void shouldReadANewerMinorVersionWithMoreSectionsButNotResumeIt() throws IOException {
        byte[] newer = Arrays.copyOf(bytes, bytes.length + 100);
        ByteBuffer header = ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(HistoryLayout.HEADER_MINOR, 1);
        header.putLong(HistoryLayout.HEADER_FILE_BYTES, newer.length);
        CRC32C crc = new CRC32C();
        crc.update(newer, 0, HistoryLayout.HEADER_CHECKSUM);
        header.putInt(HistoryLayout.HEADER_CHECKSUM, (int) crc.getValue());
        assertReads(newer, COMMITTED);
        assertTrue(assertThrows(HistoryException.class, () -> ForgettingTracker.resume(file, RUN.spec())).getMessage()
                .contains("format version=1.1, this library writes version=1.0"));
    }

    @Test
    void shouldRefuseAlteredPlanesAndSums() throws IOException {
        assertRefused(flipped(LAYOUT.correctPlane(0) + 5),
                "altered, checksum mismatch in the correct plane of row=0");
        assertRefused(flipped(LAYOUT.correctPlane(2) + 64),
                "altered, checksum mismatch in the correct plane of row=2");
        assertRefused(flipped(LAYOUT.seenPlane(1) + 87), "altered, checksum mismatch in the seen plane of row=1");
        // the third epoch's sums are in slot 0
        assertRefused(flipped(LAYOUT.sums(0)), "altered, checksum mismatch in the running sums of row=2");
        assertRefused(flipped(LAYOUT.sums(0) + LAYOUT.slotBytes() - 65),
                "altered, checksum mismatch in the running sums of row=2");
    }

    @Test
    void shouldReadPastDamageToWhatIsNotCommitted() throws IOException {
        assertReads(flipped(LAYOUT.sums(1) + 3), COMMITTED);
        assertReads(flipped(LAYOUT.correctPlane(3) + 3), COMMITTED);
        assertReads(flipped(LAYOUT.seenPlane(4) + 3), COMMITTED);
    }

    @Test
    void shouldReadACommitRecordFromItsSecondCopy() throws IOException {
        for (int epoch = 0; epoch < COMMITTED; epoch++) {
            assertReads(flipped(LAYOUT.commit(epoch) + 20), COMMITTED);
            assertReads(flipped(LAYOUT.commit(epoch) + HistoryLayout.COMMIT_BYTES + 20), COMMITTED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32, 63})
    void shouldTakeATornCommitRecordAsNotCommitted(int written) throws IOException {
        byte[] torn = bytes.clone();
        int record = (int) LAYOUT.commit(2);
        Arrays.fill(torn, record + written, record + 128, (byte) 0);
        assertReads(torn, 2);
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, RUN.spec())) {
            for (int epoch = 2; epoch < 5; epoch++) {
                RandomRun.record(RUN.epochs().get(epoch), tracker);
                tracker.commitEpoch();
            }
        }
        try (History history = History.open(file)) {
            assertHolds(RUN, 5, history);
        }
    }

    @Test
    void shouldRefuseAGapBetweenCommitRecords() throws IOException {
        byte[] damaged = flipped(LAYOUT.commit(1));
        damaged[(int) LAYOUT.commit(1) + HistoryLayout.COMMIT_BYTES] ^= 1;
        assertRefused(damaged, "altered, checksum mismatch in the commit record of row=1, before that of row=2");
    }

    @Test
    void shouldRefuseACommitRecordInAnotherEpochsPlace() throws IOException {
        byte[] moved = bytes.clone();
        System.arraycopy(bytes, (int) LAYOUT.commit(0), moved, (int) LAYOUT.commit(2), 128);
        assertRefused(moved, "altered, checksum mismatch in the commit record of row=2");
    }

    @Test
    void shouldReadIdenticalContentOrRefuseWhateverBytesChange() throws IOException {
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 1500; i++) {
            byte[] damaged = bytes.clone();
            for (int k = random.nextInt(3); k >= 0; k--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, damaged);
            try (History history = History.open(file)) {
                assertEquals(COMMITTED, history.epochs());
                assertEquals(RUN.epochs().get(2).size(), history.totals(3).presentations());
            } catch (HistoryException e) {
                assertTrue(e.getMessage().startsWith("history=" + file + ": "));
                refused++;
            }
        }
        assertTrue(refused > 100, "refused=" + refused);
    }
}
