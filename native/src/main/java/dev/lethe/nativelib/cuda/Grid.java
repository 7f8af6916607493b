package dev.lethe.nativelib.cuda;

/**
 * Blocks of threads of a kernel.
 *
 * @param x blocks along the work
 * @param y blocks across it
 */
record Grid(int x, int y) {
    /** Threads of a block, in every kernel. */
    static final int THREADS = 256;
    /** Blocks a multiprocessor that are enough for kernels whose threads go on to further elements. */
    private static final int BLOCKS = 8;

    static Grid of(int blocks) {
        return new Grid(blocks, 1);
    }

    /** For kernels whose threads take one item after the other until none is left. */
    static Grid over(Device device, long items) {
        long blocks = Math.ceilDiv(items, (long) THREADS);
        return of((int) Math.clamp(blocks, 1, (long) device.multiprocessors() * BLOCKS));
    }
}
