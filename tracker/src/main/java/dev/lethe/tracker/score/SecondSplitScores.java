package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels;
import dev.lethe.tracker.table.PlaneTable;

/**
 * The times at which examples of a first split are learned, and forgotten while the network is trained on a second
 * split (Maini et al. 2022, "Characterizing Datapoints via Second-Split Forgetting"). The history has two phases:
 * epochs in which the network was trained on the first split, and epochs in which it was trained on the second and the
 * examples of the first were only predicted, and recorded, once in each epoch. Mislabelled examples are forgotten soon,
 * hard ones late.
 * <p>
 * Methods that take an id throw {@link IndexOutOfBoundsException} where there is no such example. Immutable and safe
 * from any number of threads; independent of the history it was computed from.
 */
public final class SecondSplitScores {
    /** The value that stands for a time that did not come. */
    public static final int NEVER = -1;

    private final int[] learningTime;
    private final int[] forgettingTime;

    private SecondSplitScores(PlaneTable first, PlaneTable second, PlaneKernels kernels) {
        learningTime = times(first, PlaneEvent.UNSETTLED, kernels);
        forgettingTime = times(second, PlaneEvent.RETAINED, kernels);
    }

    /**
     * Computes the scores of a history.
     *
     * @param history
     *            the history of both phases
     * @param secondPhase
     *            the first epoch of the second phase, counted from 1; one more than all epochs where there is none
     * @throws IllegalArgumentException
     *             if no epoch is committed
     * @throws IndexOutOfBoundsException
     *             if {@code secondPhase} is not in {@code [1, history.epochs() + 1]}
     */
    public static SecondSplitScores of(History history, int secondPhase) {
        CommittedEpochs.require(history);
        if (secondPhase < 1 || secondPhase > history.epochs() + 1) {
            throw new IndexOutOfBoundsException("secondPhase=" + secondPhase + " is not in [1, "
                    + (history.epochs() + 1) + "]: give its first epoch, counted from 1");
        }
        int firstPhase = secondPhase - 1; // its last epoch
        return new SecondSplitScores(history.planes(0, firstPhase), history.planes(firstPhase, history.epochs()),
                PlaneKernelChoice.inUse());
    }

    /**
     * Returns, for each example, the number of presentations in a phase up to the last one with an event; {@link
     * #NEVER} where the last presentation of the phase has the event, which has not ended then, or where there is none.
     */
    private static int[] times(PlaneTable phase, PlaneEvent event, PlaneKernels kernels) {
        int[] times = kernels.count(phase, event).toArray();
        EventCounts presentations = kernels.count(phase, PlaneEvent.PRESENTED);
        for (int example = 0; example < times.length; example++) {
            times[example] = times[example] == presentations.get(example) ? NEVER : times[example];
        }
        return times;
    }

    /** Returns the number of examples. */
    public int examples() {
        return learningTime.length;
    }

    /**
     * Returns the number of presentations of the first phase before those that were all right; {@link #NEVER} where the
     * last was wrong, or there was none.
     */
    public int learningTime(int example) {
        return learningTime[Indices.example(example, examples())];
    }

    /**
     * Returns the number of presentations of the second phase before those that were all wrong: 0 for an example
     * forgotten at once; {@link #NEVER} where the last was right, or there was none.
     */
    public int forgettingTime(int example) {
        return forgettingTime[Indices.example(example, examples())];
    }
}
