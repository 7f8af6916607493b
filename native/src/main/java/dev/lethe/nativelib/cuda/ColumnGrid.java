package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.tensor.DType;

/**
 * The blocks of a kernel whose threads keep their channels and go down the rows of a matrix, see {@code columns.cu}.
 *
 * @param grid blocks along the rows, and across channels
 * @param partialBytes bytes of the partial sums of all blocks, two for each channel
 */
record ColumnGrid(Grid grid, long partialBytes) {
    private static final int SUMMED_CHANNELS = 8; // of a block of the kernels that add up partial sums

    /**
     * Returns the blocks of a kernel: at most those that the device runs at once.
     *
     * @param type type of the matrix, which decides how many channels a thread handles
     */
    static ColumnGrid of(Device device, String kernel, DType type, long rows, int channels) {
        device.load(kernel);
        int all = channels / Lowering.lanes(type, channels);
        int columns = Math.min(all, Grid.THREADS);
        int across = Math.ceilDiv(all, columns);
        long down = Math.ceilDiv(rows, (long) (Grid.THREADS / columns));
        int most = Math.max(1, device.multiprocessors() * device.blocksAtOnce(kernel) / across);
        Grid grid = new Grid((int) Math.min(down, most), across);
        return new ColumnGrid(grid, 2L * grid.x() * channels * Float.BYTES);
    }

    /** Returns the blocks of the kernels that add up the partial sums. */
    static Grid totals(int channels) {
        return Grid.of(Math.ceilDiv(channels, SUMMED_CHANNELS));
    }
}
