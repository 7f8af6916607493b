package dev.lethe.nativelib.cuda;

/**
 * The blocks of threads of a kernel.
 *
 * @param x number of blocks along the work
 * @param y number of blocks across the work
 */
record Grid(int x, int y) {
    /** The number of threads of a block, in every kernel. */
    static final int THREADS = 256;
    static Grid of(int blocks) {
        return new Grid(blocks, 1);
    }

    /**
     * Returns the grid of a kernel whose threads take one item after the other until none is left: at most the blocks
     * that run at once, so that none begins when others have ended.
     */
    static Grid over(Device device, String kernel, long items) {
        long blocks = Math.ceilDiv(items, (long) THREADS);
        return of((int) Math.clamp(blocks, 1, (long) device.multiprocessors() * device.blocksAtOnce(kernel)));
    }
}
