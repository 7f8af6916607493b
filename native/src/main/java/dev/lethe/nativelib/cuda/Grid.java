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
    static Grid of(int blocks) {
        return new Grid(blocks, 1);
    }

    /**
     * For a kernel whose threads take one item after the other until none is left: as many blocks as run at once, so
     * that none is begun when others have ended.
     */
    static Grid over(Device device, String kernel, long items) {
        long blocks = Math.ceilDiv(items, (long) THREADS);
        return of((int) Math.clamp(blocks, 1, (long) device.multiprocessors() * device.blocksAtOnce(kernel)));
    }
}
