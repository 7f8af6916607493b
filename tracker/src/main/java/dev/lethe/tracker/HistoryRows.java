package dev.lethe.tracker;

import java.util.ArrayList;
import java.util.List;

/**
 * Which rows of planes belong to which epoch.
 *
 * @param totals
 *            one a row
 * @param firstRows
 *            one an epoch: its first row; and at the end the number of rows
 */
record HistoryRows(List<EpochTotals> totals, int[] firstRows) {
    HistoryRows {
        totals = List.copyOf(totals);
    }

    /** The rows of whole epochs. */
    static HistoryRows of(List<CommitRecord> records) {
        List<List<EpochTotals>> epochs = new ArrayList<>();
        boolean goesOn = false;
        for (CommitRecord record : records) {
            if (!goesOn) {
                epochs.add(new ArrayList<>());
            }
            epochs.getLast().add(record.totals());
            goesOn = record.epochGoesOn();
        }
        return ofEpochs(epochs);
    }

    /** Epochs given by the totals of their rounds. */
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

    int rounds(int epoch) {
        return firstRows[epoch + 1] - firstRows[epoch];
    }

    int row(int epoch, int round) {
        return firstRows[epoch] + round;
    }

    boolean everyExampleSeen(int row) {
        return totals.get(row).everyExampleSeen();
    }

    /** The totals of an epoch over its rounds. */
    EpochTotals epochTotals(int epoch) {
        long presentations = 0;
        long correct = 0;
        for (int row = firstRows[epoch]; row < firstRows[epoch + 1]; row++) {
            presentations += totals.get(row).presentations();
            correct += totals.get(row).correct();
        }
        return new EpochTotals(presentations, correct, everyExampleSeen(firstRows[epoch]));
    }
}
