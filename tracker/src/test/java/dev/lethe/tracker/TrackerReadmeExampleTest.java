package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the package's documentation: it is compiled and run here, and the two texts are compared. */
class TrackerReadmeExampleTest {
    @TempDir
    private Path folder;

    /** A sink to which a trainer reports its prediction of an example. */
    private interface PredictionSink {
        void record(int id, boolean correct, float margin, float el2n, float probability, float loss);
    }

    /** A trainer that learns even ids at once and never forgets them, and forgets odd ids in every other epoch. */
    private static final class Trainer {
        private int epoch;

        void trainOneEpoch(PredictionSink predictions) {
            for (int id = 0; id < 6; id++) {
                predictions.record(id, id % 2 == 0 || epoch % 2 == 0, 1, 0.1f, 0.9f, 0.1f);
            }
            epoch++;
        }
    }

    private static int[] worthKeeping(Path file, int examples, int epochs, Trainer trainer) throws IOException {
        // example
        try (ForgettingTracker tracker = ForgettingTracker.create(file, TrackerSpec.of(examples, epochs))) {
            while (tracker.committedEpochs() < epochs) {
                trainer.trainOneEpoch(tracker::record); // id, correct, margin, EL2N, probability, loss
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                ForgettingScores scores = ForgettingScores.of(history);
                return IntStream.range(0, examples).filter(id -> !scores.unforgettable(id)).toArray(); // worth keeping
            }
        }
        // end
    }

    @Test
    void shouldFindTheExamplesWorthKeeping() throws IOException {
        assertArrayEquals(new int[]{1, 3, 5}, worthKeeping(folder.resolve("run.lethe"), 6, 4, new Trainer()));
    }

    @Test
    void shouldBeTheExampleThatTheDocumentationShows() throws IOException {
        List<String> shown = Files.readAllLines(Path.of("src/main/java/dev/lethe/tracker/package-info.java")).stream()
                .dropWhile(line -> !line.contains("<pre>")).skip(1).takeWhile(line -> !line.contains("</pre>"))
                .map(line -> line.replaceFirst("^ \\* ", "")).toList();
        List<String> run = Files
                .readAllLines(Path.of("src/test/java/dev/lethe/tracker/TrackerReadmeExampleTest.java")).stream()
                .dropWhile(line -> !line.strip().equals("// example")).skip(1)
                .takeWhile(line -> !line.strip().equals("// end")).map(line -> line.replaceFirst("^ {8}", ""))
                .collect(Collectors.toList());
        assertTrue(shown.size() >= 10);
        assertEquals(shown, run);
    }
}
