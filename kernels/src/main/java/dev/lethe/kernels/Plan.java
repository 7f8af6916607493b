package dev.lethe.kernels;

/**
 * A compiled list of operations. Runs of the plans of one program take turns, whichever thread they are of; what they
 * leave in the program's memory is the last one's.
 */
public interface Plan {
    String name();

    /** Examples in a run. */
    int batch();

    /**
     * Runs every operation once, on the presentations {@code [position, position + batch)}. Allocates nothing.
     *
     * @param position row in the order and in the predictions where this batch begins
     * @param step row in the learning rates
     * @throws IllegalStateException when the program is closed, also by another thread while the plan waited to run
     */
    void run(int position, int step);
}
