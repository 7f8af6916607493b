package dev.lethe.tracker;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows of planes that belong to each epoch.
 *
 * @param totals
 *            the presentations in each row
 * @param firstRows
 *            the first row of each epoch, and at the end the number of rows
 */
record HistoryRows(List<EpochTotals> totals, int[] firstRows) {
    HistoryRows {
        totals = List.copyOf(totals);
    }

    /**
     * Returns the rows of whole epochs.
     *
     * @param records
     *            the commit records of all rows
     */
    static HistoryRows of(List<CommitRecord> records) {
        List<List<EpochTotals>> epochs = new ArrayList<>();
        boolean continues = false;
        for (CommitRecord record : records) {
            if (!continues) {
                epochs.add(new ArrayList<>());
            }
            epochs.getLast().add(record.totals());
            continues = record.epochContinues();
        }
        return ofEpochs(epochs);
    }

    /**
     * Returns the rows of epochs that are given by the totals of their rounds.
     *
     * @param epochs
     *            the totals of the rounds of each epoch
     */
    static HistoryRows ofEpochs(List<List<EpochTotals>> epochs) {
        int[] firstRows = new int[epochs.size() + 1];
        for (int epoch = 0; epoch < epochs.size(); epoch++) {
            firstRows[epoch + 1] = firstRows[epoch] + epochs.get(epoch).size();
        }
        return new HistoryRows(epochs.stream().flatMap(List::stream).toList(), firstRows);
    }

    int epochs() {
        return firstRows.length - 1;
    }

    /** Returns the number of rounds of the epoch with an index, which counts from 0. */
    int rounds(int index) {
        return firstRows[index + 1] - firstRows[index];
    }

    /** Returns the row of a round of the epoch with an index. */
    int row(int index, int round) {
        return firstRows[index] + round;
    }

    boolean everyExampleSeen(int row) {
        return totals.get(row).everyExampleSeen();
    }

    /** Returns the totals of the epoch with an index over its rounds. */
    EpochTotals epochTotals(int index) {
        long presentations = 0;
        long correct = 0;
        for (int row = firstRows[index]; row < firstRows[index + 1]; row++) {
            presentations += totals.get(row).presentations();
            correct += totals.get(row).correct();
        }
        return new EpochTotals(presentations, correct, everyExampleSeen(firstRows[index]));
    }
}
