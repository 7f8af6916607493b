package dev.lethe.kernels;

/**
 * A compiled list of operations. The plans of one program run in turn, whichever threads call them, and share its
 * memory: it holds the values of the last run.
 */
public interface Plan {
    /** Returns the name of the plan, unique in its program. */
    String name();

    /** Returns the number of examples of a run. */
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
