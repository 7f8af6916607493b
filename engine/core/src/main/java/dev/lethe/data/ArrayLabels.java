package dev.lethe.data;

import dev.lethe.data.LabelClasses.Labels;
import dev.lethe.tracker.interchange.NpyFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Reader of labels from an array: whole numbers of any type, or texts, (examples,) or with further axes of length 1; or
 * (examples, classes) where each row has a single 1.
 */
final class ArrayLabels {
    private static final int MOST = Integer.MAX_VALUE - 8; // what a Java array holds
    private static final double LARGEST = 1L << 53; // beyond it a double is not every whole number
    private static final int NONE = -1;
    private static final int SEVERAL = -2;

    private ArrayLabels() {}

    private static boolean isOneHot(NpyFile array) {
        List<Long> lengths = array.shape().dimensions();
        return lengths.size() == 2 && !lengths.contains(1L) && !array.hasTexts();
    }

    /**
     * Returns the number of labels in an array, so that one of too many is not read.
     *
     * @throws DataSetException when it has no labels
     */
    static int count(NpyFile array) {
        List<Long> lengths = array.shape().dimensions();
        boolean oneHot = isOneHot(array);
        long count = oneHot ? lengths.getFirst() : array.shape().elements();
        boolean flat = lengths.stream().filter(length -> length != 1).count() <= 1;
        if (!oneHot && !flat || count > MOST || array.shape().elements() == 0) {
            throw new DataSetException(array.name() + " is an " + array
                    + ": labels are an array (examples,), or (examples, classes) with a 1 in each row");
        }
        return (int) count;
    }

    /**
     * Reads an array.
     *
     * @throws DataSetException when it has no labels
     */
    static Labels read(NpyFile array) throws IOException {
        int count = count(array);
        if (array.hasTexts()) {
            return Labels.of(array.name(), array.texts());
        }
        long[] labels = new long[count];
        if (isOneHot(array)) {
            readOneHot(array, labels, array.shape().dimensions().getLast());
        } else {
            array.forEach((index, value) -> labels[(int) index] = whole(array, index, value));
        }
        return Labels.of(array.name(), labels);
    }

    private static long whole(NpyFile array, long index, double value) {
        if (value != Math.rint(value) || Math.abs(value) >= LARGEST) {
            throw new DataSetException(array.name() + " has label=" + value + " at example " + index
                    + ": labels are whole numbers or texts");
        }
        return (long) value;
    }

    private static void readOneHot(NpyFile array, long[] labels, long classes) throws IOException {
        Arrays.fill(labels, NONE);
        array.forEach((index, value) -> {
            int row = (int) (index / classes);
            if (value != 0) {
                labels[row] = value == 1 && labels[row] == NONE ? index % classes : SEVERAL;
            }
        });
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] < 0) {
                throw new DataSetException(array.name() + " is an " + array + ", whose row " + row
                        + " is not a single 1 among zeros: an image has one class, as in a.argmax(axis=1) of scores or "
                        + "in one column, a[:, 0]");
            }
        }
    }
}
