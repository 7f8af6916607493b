package dev.lethe.kernels;

/** A compiled list of operations. Not safe for use by several threads at once, also across the plans of one program. */
public interface Plan {
    String name();

    /** Examples in a run. */
    int batch();

    /**
     * Runs every operation once, on the presentations {@code [position, position + batch)}. Allocates nothing.
     *
     * @param position row in the order and in the predictions where this batch begins
     * @param step row in the learning rates
     * @throws IllegalStateException when the program is closed
     */
    void run(int position, int step);
}
