package dev.lethe.nativelib.cuda;

/**
 * The memory in which the blocks of a kernel add up their sums, see {@code columns.cu}.
 *
 * @param sums address of the sums of each block
 * @param arrived address of the counters of blocks that have written theirs
 */
record Partials(long sums, long arrived) {
    /** No memory, for kernels that make no sums. */
    static final Partials NONE = new Partials(0, 0);

    /**
     * Returns the memory for a kernel.
     *
     * @param key name of the memory for the sums
     */
    static Partials of(PlanMemory memory, ColumnGrid columns, Object key) {
        return new Partials(memory.scratch(key, columns.partialBytes()), memory.counters(columns.grid().y()));
    }
}
