package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A program that records a hundred million examples for ten epochs into a file, with a heap too small for an int of
 * each, prints how much memory that took, and checks every bit of the history.
 */
final class ScaleProcess {
    static final HashedRun RUN = new HashedRun(100_000_000, 10);
    /** The share of examples, one in this many, whose sums are checked. */
    private static final int SUMS_CHECKED = 997;

    private ScaleProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        HashedRun small = new HashedRun(10_000, 1);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(small.spec())) { // loads and compiles
            small.record(0, tracker);
            tracker.commitEpoch();
        }
        long before = ProcessUsage.residentAnonymousBytes();
        long most = 0;
        try (ForgettingTracker tracker = ForgettingTracker.create(file, RUN.spec())) {
            for (int epoch = 0; epoch < RUN.epochs(); epoch++) {
                RUN.record(epoch, tracker);
                tracker.commitEpoch();
                most = Math.max(most, ProcessUsage.residentAnonymousBytes() - before);
            }
        }
        System.out.println("recording=" + most);
        System.out.println("closed=" + (ProcessUsage.residentAnonymousBytes() - before));
        try (History history = History.open(file)) {
            System.out.println("reading=" + (ProcessUsage.residentAnonymousBytes() - before));
            for (int epoch = 0; epoch < RUN.epochs(); epoch++) {
                checkPlanes(history, epoch);
            }
            checkSums(history);
        }
        System.out.println("checked=true");
    }

    private static void checkPlanes(History history, int epoch) {
        MemorySegment seenPlane = history.seen(epoch + 1);
        MemorySegment correctPlane = history.correct(epoch + 1);
        long presentations = 0;
        long right = 0;
        for (int first = 0; first < RUN.examples(); first += Long.SIZE) {
            long seen = 0;
            long correct = 0;
            for (int example = first; example < Math.min(first + Long.SIZE, RUN.examples()); example++) {
                seen |= (RUN.seen(epoch, example) ? 1L : 0) << example;
                correct |= (RUN.correct(epoch, example) ? 1L : 0) << example;
            }
            long at = first / Byte.SIZE;
            if (seen != seenPlane.get(HistoryLayout.LONG, at) || correct != correctPlane.get(HistoryLayout.LONG, at)) {
                throw new AssertionError("epoch=" + epoch + " examples from " + first + " on");
            }
            presentations += Long.bitCount(seen);
            right += Long.bitCount(correct);
        }
        assertEquals(new EpochTotals(presentations, right, presentations == RUN.examples()), history.totals(epoch + 1));
    }

    private static void checkSums(History history) throws IOException {
        for (int example = RUN.examples() - 1; example >= 0; example -= SUMS_CHECKED) {
            LiteralBookkeeping literal = new LiteralBookkeeping(1);
            for (int epoch = 0; epoch < RUN.epochs(); epoch++) {
                if (RUN.seen(epoch, example)) {
                    Presentation of = RUN.presentation(epoch, example);
                    literal.present(new Presentation(0, of.correct(), of.margin(), of.el2n(), of.probability(),
                            of.loss()));
                }
            }
            for (RunningSum sum : RunningSum.values()) {
                assertEquals(literal.sum(sum, 0), history.sum(sum, example), sum + " of example " + example);
            }
        }
    }
}
