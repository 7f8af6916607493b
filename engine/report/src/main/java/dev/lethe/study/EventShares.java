package dev.lethe.study;

import dev.lethe.tracker.score.ForgettingScores;
import java.util.BitSet;
import java.util.List;

/**
 * Distribution of forgetting events in a group of examples, as shares of the group and means over runs.
 *
 * @param byEvents element n: share of the group that was learned and then forgotten n times
 * @param neverLearned share of the group that was never learned
 * @param meanEvents forgetting events of a learned example of the group in a run; NaN where none was learned
 */
public record EventShares(double[] byEvents, double neverLearned, double meanEvents) {

    /** Counts the forgetting events of all examples over several runs. */
    public static EventShares of(List<ForgettingScores> runs) {
        BitSet all = new BitSet();
        all.set(0, runs.getFirst().examples());
        return of(runs, all);
    }

    /** Counts the forgetting events of a group of examples over several runs. */
    public static EventShares of(List<ForgettingScores> runs, BitSet group) {
        int most = 0;
        for (ForgettingScores run : runs) {
            most = Math.max(most, group.stream().map(run::forgettingEvents).max().orElse(0));
        }
        double[] counts = new double[most + 1];
        double never = 0;
        double events = 0;
        for (ForgettingScores run : runs) {
            for (int id = group.nextSetBit(0); id >= 0; id = group.nextSetBit(id + 1)) {
                if (run.neverLearned(id)) {
                    never++;
                } else {
                    counts[run.forgettingEvents(id)]++;
                    events += run.forgettingEvents(id);
                }
            }
        }
        double all = (double) runs.size() * group.cardinality();
        double mean = events / (all - never);
        for (int n = 0; n < counts.length; n++) {
            counts[n] /= all;
        }
        return new EventShares(counts, never / all, mean);
    }

    /** Returns the share of the group that was learned and never forgotten. */
    public double unforgettable() {
        return byEvents[0];
    }
}
