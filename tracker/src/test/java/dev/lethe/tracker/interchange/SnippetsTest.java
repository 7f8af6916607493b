package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examples of the package's documentation, the regions of which Javadoc shows. */
class SnippetsTest {
    @TempDir
    private Path folder;

    private static ImportedScores exchange(History history, Path file, Path table, int examples) throws IOException {
        // @start region="exchange"
        ScoreTable.of(RunScores.of(history)).writeNpz(file); // np.load(file)["forgetting_events"]
        ImportedScores peer = ImportedScores.csv(table, "sample_id", "aum", examples);
        // @end
        return peer;
    }

    private static void write(Path path, float[] margins) throws IOException {
        // @start region="npz"
        try (NpzWriter npz = NpzWriter.stored(path)) {
            npz.add("margin", NumpyArray.of(margins));
            npz.finish();
        }
        // @end
    }

    @Test
    void shouldExchangeScores() throws IOException {
        Path file = folder.resolve("scores.npz");
        Path table = Files.writeString(folder.resolve("aum.csv"), "sample_id,aum\n0,0.5\n1,-2\n");
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(2, 2))) {
            for (int epoch = 0; epoch < 2; epoch++) { // the second example is forgotten in the second epoch
                tracker.record(0, true, 1, 0.1f, 0.9f, 0.1f);
                tracker.record(1, epoch == 0, 1, 0.1f, 0.9f, 0.1f);
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertArrayEquals(new double[]{0.5, -2}, exchange(history, file, table, 2).toArray());
            }
        }
        assertArrayEquals(new double[]{0, 1}, ImportedScores.npz(file, "forgetting_events", 2).toArray());
    }

    @Test
    void shouldWriteNamedArrays() throws IOException {
        Path path = folder.resolve("margins.npz");
        write(path, new float[]{1.5f, -1});
        ImportedScores read = ImportedScores.npz(path, "margin", 2);
        assertEquals(1.5, read.score(0));
        assertEquals(-1, read.score(1));
    }
}
