package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels.RowTotals;

/**
 * The learning and forgetting events of a run in each of its epochs, over all examples. Methods that take an epoch,
 * counted from 1, throw {@link IndexOutOfBoundsException} where there is no such epoch. Immutable and safe from any
 * number of threads; independent of the history it was computed from.
 */
public final class EpochCounts {
    private final long[] learningEvents;
    private final long[] forgettingEvents;
    private final long[] learned;
    private final long[] unforgettable;

    private EpochCounts(History history) {
        RowTotals rows = PlaneKernelChoice.inUse().totals(history.planes(history.epochs()));
        int epochs = history.epochs();
        learningEvents = new long[epochs];
        forgettingEvents = new long[epochs];
        learned = new long[epochs];
        unforgettable = new long[epochs];
        int row = 0;
        for (int index = 0; index < epochs; index++) {
            for (int round = 0; round < history.rounds(index + 1); round++) {
                learningEvents[index] += rows.learned()[row];
                forgettingEvents[index] += rows.forgotten()[row];
                learned[index] = rows.everLearned()[row];
                unforgettable[index] = rows.unforgettable()[row];
                row++;
            }
        }
    }

    /**
     * Counts the events of all committed epochs.
     *
     * @param history
     *            the history of the run
     */
    public static EpochCounts of(History history) {
        return new EpochCounts(history);
    }

    /** Returns the number of epochs. */
    public int epochs() {
        return learned.length;
    }

    /** Returns the number of learning events in an epoch. */
    public long learningEvents(int epoch) {
        return learningEvents[Indices.epoch(epoch, epochs())];
    }

    /** Returns the number of forgetting events in an epoch. */
    public long forgettingEvents(int epoch) {
        return forgettingEvents[Indices.epoch(epoch, epochs())];
    }

    /** Returns the number of examples that were predicted right in the epoch or before it. */
    public long learned(int epoch) {
        return learned[Indices.epoch(epoch, epochs())];
    }

    /**
     * Returns the number of examples that were predicted right and had no forgetting event, up to the end of the epoch.
     */
    public long unforgettable(int epoch) {
        return unforgettable[Indices.epoch(epoch, epochs())];
    }
}
