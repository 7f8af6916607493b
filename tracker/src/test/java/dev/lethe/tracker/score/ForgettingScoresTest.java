package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.LiteralBookkeeping;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.Repeats;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForgettingScoresTest {

    private static void assertScores(RandomRun run, int epochs, ForgettingScores scores) {
        LiteralBookkeeping literal = LiteralBookkeeping.of(run, epochs);
        assertEquals(run.examples(), scores.examples());
        assertEquals(epochs, scores.epochs());
        for (int example = 0; example < run.examples(); example++) {
            String which = "example " + example + " after " + epochs + " epochs";
            assertEquals(literal.presentations(example), scores.presentations(example), which);
            assertEquals(literal.correctPresentations(example), scores.correctPresentations(example), which);
            assertEquals(literal.learningEvents(example), scores.learningEvents(example), which);
            assertEquals(literal.forgettingEvents(example), scores.forgettingEvents(example), which);
            assertEquals(literal.firstLearned(example), scores.firstLearned(example), which);
            assertEquals(literal.presentationsToLearn(example), scores.presentationsToLearn(example), which);
            assertEquals(literal.neverLearned(example), scores.neverLearned(example), which);
            assertEquals(literal.unforgettable(example), scores.unforgettable(example), which);
        }
    }

    /** Covers more than a million presentations in total. */
    @ParameterizedTest
    @CsvSource({"1, 5000, 60, 1.0", "2, 5000, 60, 0.7", "3, 2048, 100, 1.0", "4, 3001, 99, 0.9", "5, 1000, 300, 0.95",
            "6, 1, 9, 0.5", "7, 63, 9, 0.5", "8, 64, 9, 0.5", "9, 65, 9, 0.5", "10, 511, 9, 0.5", "11, 512, 9, 0.5",
            "12, 513, 9, 0.5"})
    void shouldAgreeWithTheLiteralDefinitions(long seed, int examples, int epochs, double share) throws IOException {
        RandomRun run = RandomRun.sampled(examples, epochs, share, seed);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                assertScores(run, epochs, ForgettingScores.of(history));
                assertScores(run, epochs / 2, ForgettingScores.of(history, epochs / 2));
                assertScores(run, 1, ForgettingScores.of(history, 1));
                assertScores(run, 0, ForgettingScores.of(history, 0));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 2000, 40", "2, 513, 100", "3, 1, 5", "4, 64, 300"})
    void shouldAgreeWithTheLiteralDefinitionsWhereExamplesAreDrawnWithReplacement(long seed, int examples, int epochs)
            throws IOException {
        RandomRun run = RandomRun.withReplacement(examples, epochs, seed);
        TrackerSpec spec = TrackerSpec.of(examples, 20 * epochs).with(Repeats.KEPT);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(spec)) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                assertScores(run, epochs, ForgettingScores.of(history));
                assertScores(run, epochs / 2, ForgettingScores.of(history, epochs / 2));
                assertScores(run, 1, ForgettingScores.of(history, 1));
            }
        }
    }

    /**
     * Makes scores of one line for each example and one column for each epoch: {@code +} right, {@code -} wrong, {@code
     * .} not presented.
     */
    private static ForgettingScores scores(String... lines) throws IOException {
        int epochs = lines[0].length();
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(lines.length, epochs))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int example = 0; example < lines.length; example++) {
                    char outcome = lines[example].charAt(epoch);
                    if (outcome != '.') {
                        tracker.record(example, outcome == '+', 0, 0, 0, 0);
                    }
                }
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                return ForgettingScores.of(history);
            }
        }
    }

    @Test
    void shouldTellTheEdgeCasesApart() throws IOException {
        ForgettingScores scores = scores("-----", "----+", "++++-", "+++++", ".....", "+...-", "-+-+-", "..-.+");
        assertArrayEquals(new int[]{0, 0, 1, 0, 0, 1, 2, 0}, scores.forgettingEvents());
        int[] learned = new int[8];
        int[] first = new int[8];
        StringBuilder classes = new StringBuilder();
        for (int example = 0; example < 8; example++) {
            learned[example] = scores.learningEvents(example);
            first[example] = scores.firstLearned(example);
            classes.append(scores.neverLearned(example) ? 'n' : scores.unforgettable(example) ? 'u' : 'f');
        }
        assertArrayEquals(new int[]{0, 1, 1, 1, 0, 1, 2, 1}, learned);
        assertArrayEquals(new int[]{-1, 4, 0, 0, -1, 0, 1, 1}, first);
        assertEquals("nufunffu", classes.toString());
        int[] toLearn = new int[8];
        for (int example = 0; example < 8; example++) {
            toLearn[example] = scores.presentationsToLearn(example);
        }
        assertArrayEquals(new int[]{5, 4, 5, 0, 0, 2, 5, 1}, toLearn);
    }

    @Test
    void shouldLeaveNeverLearnedExamplesOutOfMeansAndHistogram() throws IOException {
        ForgettingScores scores = scores("-----", "+++++", "+-+-+", "++++-");
        assertEquals(1, scores.neverLearnedCount());
        assertEquals(1, scores.unforgettableCount());
        assertEquals(1.0, scores.meanForgettingEvents());
        assertArrayEquals(new int[]{1, 1, 1}, scores.histogram());
        assertTrue(Double.isNaN(scores("--").meanForgettingEvents()));
    }

    @Test
    void shouldListTheIdsOfEachClass() throws IOException {
        ForgettingScores scores = scores("-----", "+++++", "+-+-+", ".....", "-++++");
        assertArrayEquals(new int[]{0, 3}, scores.neverLearnedIds());
        assertArrayEquals(new int[]{1, 4}, scores.unforgettableIds());
    }

    @Test
    void shouldPutNeverLearnedExamplesWhereItIsTold() throws IOException {
        ForgettingScores scores = scores("-----", "+-+-+", "+++++");
        assertArrayEquals(new double[]{NeverLearned.AFTER_EVERY_COUNT, 2, 0},
                scores.forgettingEvents(NeverLearned.LAST));
        assertArrayEquals(new double[]{5, 2, 0}, scores.forgettingEvents(NeverLearned.AS_EPOCHS));
        assertArrayEquals(new double[]{Double.NaN, 2, 0}, scores.forgettingEvents(NeverLearned.SEPARATE));
    }

    @Test
    void shouldNotLetCallersChangeTheCounts() throws IOException {
        ForgettingScores scores = scores("+-");
        scores.forgettingEvents()[0] = 7;
        assertEquals(1, scores.forgettingEvents(0));
        assertFalse(scores.unforgettable(0));
    }

    @Test
    void shouldRefuseMoreEpochsThanAreCommitted() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(4, 3))) {
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertTrue(assertThrows(IndexOutOfBoundsException.class, () -> ForgettingScores.of(history, 2))
                        .getMessage().startsWith("epochs=2 is not in [0, 1]"));
            }
        }
    }
}
