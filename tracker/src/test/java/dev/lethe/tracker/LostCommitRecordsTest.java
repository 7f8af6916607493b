package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Histories whose commit records are all lost, which must not pass for new ones: a resumed run would write over them.
 */
class LostCommitRecordsTest {
    private static final RandomRun RUN = RandomRun.sampled(300, 4, 0.8, 6);

    @TempDir
    private Path folder;

    private byte[] write(Path file, int epochs) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.create(file, RUN.spec())) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                RandomRun.record(RUN.epochs().get(epoch), tracker);
                tracker.commitEpoch();
            }
        }
        return Files.readAllBytes(file);
    }

    private static byte[] records() {
        HistoryLayout layout = HistoryBytes.layout(RUN.spec());
        return new byte[(int) (layout.sums(0) - layout.commit(0))];
    }

    @Test
    void shouldRefuseAHistoryWithoutCommitRecords() throws IOException {
        byte[] garbage = records();
        new Random(1).nextBytes(garbage);
        for (byte[] records : new byte[][]{records(), garbage}) {
            for (int epochs = 2; epochs <= 4; epochs++) {
                Path file = folder.resolve("history-" + epochs + "-" + records[0] + ".lethe");
                byte[] bytes = write(file, epochs);
                System.arraycopy(records, 0, bytes, (int) HistoryBytes.layout(RUN.spec()).commit(0), records.length);
                Files.write(file, bytes);
                String expected = "history=" + file + ": altered, checksum mismatch in the commit record of row=0,"
                        + " though there are running sums of a later one: restore it from a copy";
                assertEquals(expected, assertThrows(HistoryException.class, () -> History.open(file)).getMessage());
                assertEquals(expected, assertThrows(HistoryException.class,
                        () -> ForgettingTracker.resume(file, RUN.spec())).getMessage());
                assertEquals(-1, Arrays.mismatch(bytes, Files.readAllBytes(file)));
            }
        }
    }

    @Test
    void shouldTakeAFirstEpochWithoutACommitRecordAsNotCommitted() throws IOException {
        Path file = folder.resolve("history.lethe");
        byte[] bytes = write(file, 1);
        System.arraycopy(records(), 0, bytes, (int) HistoryBytes.layout(RUN.spec()).commit(0), records().length);
        Files.write(file, bytes);
        try (ForgettingTracker tracker = ForgettingTracker.resume(file, RUN.spec())) {
            RUN.recordInto(tracker);
            try (History history = tracker.history()) {
                assertHolds(RUN, 4, history);
            }
        }
    }
}
