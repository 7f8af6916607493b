package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.rank.RankBootstrap;
import dev.lethe.tracker.rank.Ranking;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Histories without a committed epoch, which can be opened, but not scored. */
class UntrainedHistoryTest {
    private History untrained;

    @BeforeEach
    void recordWithoutCommitting() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(4, 3))) {
            tracker.record(1, true, 0, 0, 0, 0);
            untrained = tracker.history();
        }
    }

    @AfterEach
    void close() {
        untrained.close();
    }

    private static void assertRefused(Executable scoring) {
        assertEquals("history=in memory examples=4 epochs=0 has no scores yet: record and commit at least one epoch",
                assertThrows(IllegalArgumentException.class, scoring).getMessage());
    }

    @Test
    void shouldNotBeScored() {
        assertEquals(0, untrained.epochs());
        assertRefused(() -> ForgettingScores.of(untrained));
        assertRefused(() -> RunScores.of(untrained));
        assertRefused(() -> SecondSplitScores.of(untrained, 1));
    }

    @Test
    void shouldNotBeRanked() {
        ForgettingScores before = ForgettingScores.of(untrained, 0);
        assertEquals(4, before.neverLearnedCount(), "after no epochs nothing is learned");
        for (Executable ranking : List.<Executable>of(() -> Ranking.byForgetting(before),
                () -> Ranking.byForgetting(before, NeverLearned.SEPARATE, null),
                () -> RankBootstrap.seeded(1).of(List.of(before), NeverLearned.LAST))) {
            assertEquals("scores after epochs=0 rank nothing: take them after at least one epoch",
                    assertThrows(IllegalArgumentException.class, ranking).getMessage());
        }
    }

    @Test
    void shouldNotBeTheScoresOfARun() throws IOException {
        ForgettingScores before = ForgettingScores.of(untrained, 0);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(4, 3))) {
            tracker.record(1, true, 0, 0, 0, 0);
            tracker.commitEpoch();
            try (History trained = tracker.history()) {
                MeanScores means = MeanScores.of(trained);
                assertEquals("epochs=0 have no scores: take them after at least one epoch",
                        assertThrows(IllegalArgumentException.class,
                                () -> new RunScores(Sha256.UNSPECIFIED, before, means)).getMessage());
            }
        }
    }
}
