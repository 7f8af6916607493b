package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** The comparison of histories with the runs that they should hold. */
final class HistoryAssertions {

    private HistoryAssertions() {}

    /** Checks that the history holds exactly the first epochs of the run, bit by bit and sum by sum. */
    static void assertHolds(RandomRun run, int epochs, History history) {
        assertEquals(run.examples(), history.examples());
        assertEquals(epochs, history.epochs());
        for (int epoch = 0; epoch < epochs; epoch++) {
            assertEpoch(run.epochs().get(epoch), history, epoch);
        }
        LiteralBookkeeping literal = LiteralBookkeeping.of(run, epochs);
        for (RunningSum sum : RunningSum.values()) {
            for (int example = 0; example < run.examples(); example++) {
                assertEquals(literal.sum(sum, example), history.sum(sum, example), sum + " of example " + example);
            }
        }
    }

    private static void assertEpoch(List<Presentation> presentations, History history, int epoch) {
        boolean[] seen = new boolean[history.examples()];
        boolean[] correct = new boolean[history.examples()];
        int right = 0;
        for (Presentation presentation : presentations) {
            seen[presentation.example()] = true;
            correct[presentation.example()] = presentation.correct();
            right += presentation.correct() ? 1 : 0;
        }
        for (int example = 0; example < seen.length; example++) {
            assertEquals(seen[example], history.seen(epoch + 1, example),
                    "seen, epoch " + epoch + " example " + example);
            assertEquals(correct[example], history.correct(epoch + 1, example),
                    "correct, epoch " + epoch + " example " + example);
        }
        long distinct = presentations.stream().map(Presentation::example).distinct().count();
        assertEquals(new EpochTotals(presentations.size(), right, distinct == seen.length), history.totals(epoch + 1));
    }
}
