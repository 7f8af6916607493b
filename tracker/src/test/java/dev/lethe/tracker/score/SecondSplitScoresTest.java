package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecondSplitScoresTest {
    private static final String[] OUTCOMES = {"+++ ++++", "-+- ----", "--+ +---", "+-+ -++-", "+++ -+-+", "... .-..",
            "-++ .+.-", "... ...."};

    private static History history(String[] lines) throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(lines.length, 7))) {
            for (int column = 0; column < 8; column++) {
                if (column == 3) {
                    continue; // the space between the phases
                }
                for (int example = 0; example < lines.length; example++) {
                    char outcome = lines[example].charAt(column);
                    if (outcome != '.') {
                        tracker.record(example, outcome == '+', 0, 0, 0, 0);
                    }
                }
                tracker.commitEpoch();
            }
            return tracker.history();
        }
    }

    @Test
    void shouldSayWhenExamplesStayedRightAndWhenTheyStayedWrong() throws IOException {
        try (History history = history(OUTCOMES)) {
            SecondSplitScores scores = SecondSplitScores.of(history, 4);
            assertEquals(8, scores.examples());
            assertArrayEquals(new int[]{0, -1, 2, 2, 0, -1, 1, -1},
                    IntStream.range(0, 8).map(scores::learningTime).toArray());
            assertArrayEquals(new int[]{-1, 0, 1, 3, -1, 0, 1, -1},
                    IntStream.range(0, 8).map(scores::forgettingTime).toArray());
        }
    }

    @Test
    void shouldRefuseAPhaseOutsideTheHistory() throws IOException {
        try (History history = history(OUTCOMES)) {
            for (int secondPhase : new int[]{9, 0, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                assertEquals(
                        "secondPhase=" + secondPhase + " is not in [1, 8]: give its first epoch, counted from 1",
                        assertThrows(IndexOutOfBoundsException.class,
                                () -> SecondSplitScores.of(history, secondPhase)).getMessage());
            }
            assertEquals(SecondSplitScores.NEVER, SecondSplitScores.of(history, 8).forgettingTime(0));
            assertEquals(SecondSplitScores.NEVER, SecondSplitScores.of(history, 1).learningTime(0));
        }
    }
}
