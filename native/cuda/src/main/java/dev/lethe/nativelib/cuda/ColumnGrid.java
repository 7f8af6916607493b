package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.tensor.DType;

/**
 * The blocks of a kernel whose threads keep their channels and go down the rows of a matrix, see {@code columns.cu}.
 *
 * @param grid blocks along the rows, and across channels
 * @param width channels of a block
 */
record ColumnGrid(Grid grid, int width) {
    /**
     * The most channels of a block that makes sums: a row of them is 128 bytes of bfloat16s. With more, fewer blocks
     * would share the work of adding up what all have summed.
     */
    private static final int MOST_SUMMED = 64;
    private static final int FLOATS_OF_PACK = 4;

    /**
     * Returns the blocks of a kernel that handles each element for itself: at most those that the device runs at once.
     *
     * @param type type of the matrix, which decides how many channels a thread handles
     */
    static ColumnGrid of(Device device, String kernel, DType type, long rows, int channels) {
        return of(device, kernel, Lowering.lanes(type, channels), Grid.THREADS, rows, channels);
    }

    /** Returns the blocks of a kernel that makes two sums of each channel: at most what the device runs at once. */
    static ColumnGrid ofSums(Device device, String kernel, DType type, long rows, int channels) {
        int lanes = Lowering.lanes(type, channels);
        return of(device, kernel, lanes, MOST_SUMMED / lanes, rows, channels);
    }

    private static ColumnGrid of(Device device, String kernel, int lanes, int mostColumns, long rows, int channels) {
        device.load(kernel);
        int all = channels / lanes;
        int across = Math.ceilDiv(all, mostColumns);
        int columns = Math.ceilDiv(all, across);
        long down = Math.ceilDiv(rows, (long) (Grid.THREADS / columns));
        int most = Math.max(1, device.multiprocessors() * device.blocksAtOnce(kernel) / across);
        return new ColumnGrid(new Grid((int) Math.min(down, most), across), columns * lanes);
    }

    /** Returns the bytes of the partial sums of all blocks: two for each channel, rounded up to 16 bytes a block. */
    long partialBytes() {
        return (long) grid.x() * grid.y() * Math.ceilDiv(2 * width, FLOATS_OF_PACK) * FLOATS_OF_PACK * Float.BYTES;
    }
}
