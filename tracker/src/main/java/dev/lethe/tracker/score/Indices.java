package dev.lethe.tracker.score;

/** The checks of the ids and epochs that callers ask scores of. */
final class Indices {
    private Indices() {}

    /**
     * Refuses an id that no example has.
     *
     * @param example
     *            the id
     * @param examples
     *            the number of examples
     * @return the id
     * @throws IndexOutOfBoundsException
     *             if there is no such example
     */
    static int example(int example, int examples) {
        if (example < 0 || example >= examples) {
            throw new IndexOutOfBoundsException("example=" + example + " is not in [0, " + examples
                    + "): ids are positions in the data set of the run");
        }
        return example;
    }

    /**
     * Refuses an epoch that a run does not have.
     *
     * @param epoch
     *            the epoch, counted from 1
     * @param epochs
     *            the number of epochs
     * @return its index, from 0
     * @throws IndexOutOfBoundsException
     *             if there is no such epoch
     */
    static int epoch(int epoch, int epochs) {
        if (epoch < 1 || epoch > epochs) {
            throw new IndexOutOfBoundsException(
                    "epoch=" + epoch + " is not in [1, " + epochs + "]: epochs are counted from 1");
        }
        return epoch - 1;
    }
}
