package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.LiteralBookkeeping;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.Repeats;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochCountsTest {
    private static final int EXAMPLES = 700;

    /** Compares the counts of an epoch with the differences of the literal bookkeeping before and after it. */
    @ParameterizedTest
    @CsvSource({"1.0", "0.5", "-1"})
    void shouldAgreeWithTheLiteralDefinitions(double share) throws IOException {
        RandomRun run = share < 0
                ? RandomRun.withReplacement(EXAMPLES, 12, 5)
                : RandomRun.sampled(EXAMPLES, 12, share, 5);
        try (ForgettingTracker tracker = ForgettingTracker
                .inMemory(TrackerSpec.of(EXAMPLES, 200).with(Repeats.KEPT))) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                EpochCounts counts = EpochCounts.of(history);
                assertEquals(12, counts.epochs());
                for (int epoch = 1; epoch <= 12; epoch++) {
                    LiteralBookkeeping before = LiteralBookkeeping.of(run, epoch - 1);
                    LiteralBookkeeping after = LiteralBookkeeping.of(run, epoch);
                    assertEquals(total(after, LiteralBookkeeping::learningEvents)
                            - total(before, LiteralBookkeeping::learningEvents), counts.learningEvents(epoch));
                    assertEquals(total(after, LiteralBookkeeping::forgettingEvents)
                            - total(before, LiteralBookkeeping::forgettingEvents), counts.forgettingEvents(epoch));
                    assertEquals(total(after, (book, i) -> book.neverLearned(i) ? 0 : 1), counts.learned(epoch));
                    assertEquals(total(after, (book, i) -> book.unforgettable(i) ? 1 : 0),
                            counts.unforgettable(epoch));
                }
            }
        }
    }

    private static long total(LiteralBookkeeping book, ToIntBiFunction<LiteralBookkeeping, Integer> of) {
        return IntStream.range(0, EXAMPLES).mapToLong(example -> of.applyAsInt(book, example)).sum();
    }

    @Test
    void shouldCountNothingWithoutEpochs() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(5, 2));
                History history = tracker.history()) {
            assertEquals(0, EpochCounts.of(history).epochs());
        }
    }
}
