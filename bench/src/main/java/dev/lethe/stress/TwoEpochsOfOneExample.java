package dev.lethe.stress;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A test of one example that a thread records while another commits the epoch and records it again. The next epoch is
 * committed when both are done.
 */
@JCStressTest
@Description("A thread records an example while another commits the epoch and records the example in the next one.")
@Outcome(id = "BOTH", expect = Expect.ACCEPTABLE,
        desc = "The first's presentation is in the sealed epoch, the second's "
                + "in the next, and the sums are of both.")
@Outcome(id = "FIRST", expect = Expect.ACCEPTABLE,
        desc = "The first recorded after the epoch was sealed and before the "
                + "second, which was refused.")
@Outcome(id = "SECOND", expect = Expect.ACCEPTABLE, desc = "The second recorded in the next epoch before the first, "
        + "which was refused.")
@Outcome(id = "BOTH, SUMS MIXED", expect = Expect.ACCEPTABLE_INTERESTING, desc = "As BOTH, but the commit overtook "
        + "the first between its bits and its sums: both added to the same sums at once, and an addend is lost. Sums "
        + "need an example's recorders to be ordered by the commit, as the tracker asks; bits do not.")
@Outcome(id = "TOGETHER", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Both recorded in the next epoch at the same "
        + "time and neither was refused, which the tracker only promises where they are ordered (decision 6).")
@State
public class TwoEpochsOfOneExample {
    private final ForgettingTracker tracker = SmallTracker.create();

    /** Records the example. */
    @Actor
    public void record() {
        Recorder.FIRST.record(tracker, 0);
    }

    /** Commits the epoch and records the example again. */
    @Actor
    public void commitAndRecord() {
        SmallTracker.commit(tracker);
        Recorder.SECOND.record(tracker, 0);
    }

    /** Reports whose presentations the history has. */
    @Arbiter
    public void arbiter(L_Result result) {
        SmallTracker.commit(tracker);
        try (History history = SmallTracker.history(tracker)) {
            if (Recorder.presented(history, 0, Recorder.FIRST, Recorder.SECOND)) {
                result.r1 = "BOTH";
            } else if (Recorder.presented(history, 0, null, Recorder.FIRST)) {
                result.r1 = "FIRST";
            } else if (Recorder.presented(history, 0, null, Recorder.SECOND)) {
                result.r1 = "SECOND";
            } else if (history.correct(1, 0) && history.seen(2, 0) && !history.correct(2, 0)) {
                result.r1 = "BOTH, SUMS MIXED";
            } else if (!history.seen(1, 0) && history.seen(2, 0)) {
                result.r1 = "TOGETHER";
            }
        }
        SmallTracker.close(tracker);
    }
}
