package dev.lethe.tracker.select;

/**
 * The examples that a rule selects from. Immutable by convention: nobody writes to {@code labels} after construction.
 *
 * @param labels
 *            (examples): the label of each example, {@code [0, classes)}
 * @param classes
 *            the number of classes
 * @param floor
 *            the number of examples of each class that are never removed; a class with fewer keeps all
 * @param seed
 *            the seed of random choices, those between examples of the same score included
 */
public record Examples(int[] labels, int classes, int floor, long seed) {
    /** Checks the labels and the floor. */
    public Examples {
        for (int example = 0; example < labels.length; example++) {
            if (labels[example] < 0 || labels[example] >= classes) {
                throw new IllegalArgumentException("label=" + labels[example] + " of example=" + example
                        + " is not in [0, " + classes + "): give the number of classes of the data set");
            }
        }
        if (floor < 0) {
            throw new IllegalArgumentException("classFloor=" + floor + ": give a number of examples, 0 for none");
        }
    }

    /** Returns the number of examples. */
    public int count() {
        return labels.length;
    }

    /**
     * Checks that a number of examples can be removed.
     *
     * @param remove
     *            the number of examples
     * @throws IllegalArgumentException
     *             if none would be left, or the number is negative
     */
    void requireRemovable(int remove) {
        if (remove < 0 || remove >= count()) {
            throw new IllegalArgumentException("remove=" + remove + " of examples=" + count()
                    + ": choose at least 0 and fewer than all, so that an example is left");
        }
    }
}
