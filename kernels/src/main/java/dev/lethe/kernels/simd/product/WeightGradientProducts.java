package dev.lethe.kernels.simd.product;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.simd.ConvolutionGeometry;
import dev.lethe.kernels.simd.NativeMemory;
import dev.lethe.kernels.simd.Panels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * A pass that computes gradients of the weights of convolutions and linear layers over (N, H, W, C) floats as matrix
 * products: rows are the input channels of a tap, columns the output channels, and sums run over the pixels of the
 * output. Pixels go in blocks; the gradients of a block's outputs are packed into panels, inputs are read where they
 * stand.
 *
 * <p>The gradient stands in {@link Panels}, one matrix for each group: (row, column, input channel) by output channel,
 * padded with zeros. All offsets are in bytes. Allocates nothing once made; confined to one thread.
 */
public final class WeightGradientProducts {
    private static final int CACHED_BYTES = 512 << 10; // inputs and gradients of a block
    private static final int LEAST_PIXELS = 64;
    private static final int MOST_PIXELS = 256;

    private final ConvolutionGeometry g;
    private final int rowsOfAll; // of the outputs of all images
    private final int blockRows;
    private final int blockColumns;
    private final Panels packed; // gradients of a block's outputs, of one group
    private final Panels gradients; // of the weights of one group
    private final int channelsOfTile;
    private final long[] runs; // (row of the block, RUN)
    private final float[] sums = MicroKernel.sums(); // (row, column of the panel)

    /**
     * Makes a pass.
     *
     * @param images number of images
     */
    public WeightGradientProducts(ConvolutionGeometry geometry, int images) {
        boolean joined = geometry.isWholeImage() || geometry.isPointwise();
        g = joined ? geometry.joined(images) : geometry;
        rowsOfAll = g.outputHeight() * (joined ? 1 : images);
        int most = Math.clamp(CACHED_BYTES / BYTES / (g.inputs() + g.outputs()), LEAST_PIXELS, MOST_PIXELS);
        int pieces = Math.ceilDiv(g.outputWidth(), most); // of a row
        blockColumns = Math.ceilDiv(g.outputWidth(), pieces);
        blockRows = pieces > 1 ? 1 : Math.clamp(most / g.outputWidth(), 1, rowsOfAll);
        packed = Panels.of(blockRows * blockColumns, g.groupOutputs());
        gradients = Panels.of(g.taps() * g.groupInputs(), g.groupOutputs());
        channelsOfTile = Math.min(MicroKernel.ROWS, g.groupInputs());
        runs = MicroKernel.runs(blockRows);
    }

    /** Returns the bytes of scratch memory that {@link #run} needs. */
    public long scratchBytes() {
        return packed.bytes();
    }

    /**
     * Computes the gradient, summed over all images.
     *
     * @param memory holds inputs, gradients of outputs, and scratch
     * @param scratch first of {@link #scratchBytes} that are the pass's own
     * @param weights receives the panels of the first group's gradient from byte {@code to} on
     */
    public void run(MemorySegment memory, long input, long outputGradient, long scratch, MemorySegment weights,
            long to) {
        for (int row = 0; row < rowsOfAll; row += blockRows) {
            int rows = Math.min(blockRows, rowsOfAll - row);
            for (int column = 0; column < g.outputWidth(); column += blockColumns) {
                int columns = Math.min(blockColumns, g.outputWidth() - column);
                long pixels = outputGradient + ((long) row * g.outputWidth() + column) * g.outputs() * BYTES;
                boolean begins = row == 0 && column == 0;
                for (int group = 0; group < g.groups(); group++) {
                    pack(memory, pixels + (long) group * g.groupOutputs() * BYTES, rows * columns, scratch);
                    for (int tap = 0; tap < g.taps(); tap++) {
                        multiply(memory, input, row, rows, column, columns, group, tap, scratch, weights,
                                to + group * gradients.bytes(), begins);
                    }
                }
            }
        }
    }

    /** Copies the gradients of neighbouring pixels into panels, padded with zeros. */
    private void pack(MemorySegment memory, long from, int pixels, long to) {
        for (int panel = 0; panel < packed.count(); panel++) {
            long source = from + panel * packed.width() * BYTES;
            pack(memory, source, pixels, packed.columns(panel), to + packed.start(panel));
        }
    }

    private void pack(MemorySegment memory, long from, int pixels, int columns, long to) {
        MemorySegment all = NativeMemory.of(memory);
        int whole = columns / LANES * LANES;
        long row = Panels.padded(columns) * BYTES;
        for (int pixel = 0; pixel < pixels; pixel++) {
            long source = from + (long) pixel * g.outputs() * BYTES;
            long target = to + pixel * row;
            for (int c = 0; c < whole; c += LANES) {
                FloatVector.fromMemorySegment(SPECIES, all, source + c * BYTES, ORDER)
                        .intoMemorySegment(all, target + c * BYTES, ORDER);
            }
            if (whole < columns) {
                FloatVector.zero(SPECIES).intoMemorySegment(all, target + whole * BYTES, ORDER);
                MemorySegment.copy(all, source + whole * BYTES, all, target + whole * BYTES,
                        (columns - whole) * BYTES);
            }
        }
    }

    /** Multiplies the inputs under a tap by the packed gradients. */
    private void multiply(MemorySegment memory, long input, int row, int rows, int column, int columns, int group,
            int tap, long scratch, MemorySegment weights, long to, boolean begins) {
        int columnTap = tap % g.kernelWidth() * g.dilation() - g.padding();
        int first = Math.max(column, firstOutput(columnTap));
        int length = Math.min(column + columns - 1, lastOutput(columnTap, g.inputWidth(), g.outputWidth())) - first
                + 1;
        int count = length > 0
                ? describe(input, row, rows, tap / g.kernelWidth() * g.dilation() - g.padding(),
                        first * g.stride() + columnTap, first - column, columns)
                : 0;
        if (count == 0 && !begins) {
            return; // nothing to add
        }
        int channels = g.groupInputs();
        for (int channel = 0; channel < channels; channel += MicroKernel.ROWS) {
            int least = Math.min(channel, channels - channelsOfTile); // the last tile repeats some of those before
            long start = ((long) group * channels + least) * BYTES;
            for (int panel = 0; panel < packed.count(); panel++) {
                int vectors = packed.vectors(panel);
                int width = vectors * LANES;
                MicroKernel.multiply(vectors, memory, start, runs, 0, count, Math.max(0, length),
                        (long) g.stride() * g.inputs() * BYTES, memory, scratch + packed.start(panel), sums);
                add(weights, (channel - least) * width, Math.min(MicroKernel.ROWS, channels - channel) * width,
                        to + gradients.start(panel) + ((long) tap * channels + channel) * width * BYTES, begins);
            }
        }
    }

    /**
     * Describes a run for each row of the block for which a tap lies inside the image.
     *
     * @param rowTap rows from an output's first input to that of the tap
     * @param inputColumn column of the first input
     * @param skipped columns of the block before the run
     * @return the number of runs
     */
    private int describe(long input, int firstRow, int rows, int rowTap, int inputColumn, int skipped, int columns) {
        int count = 0;
        for (int row = firstRow; row < firstRow + rows; row++) {
            int inputRow = row % g.outputHeight() * g.stride() + rowTap;
            if (inputRow < 0 || inputRow >= g.inputHeight()) {
                continue;
            }
            long pixel = ((long) row / g.outputHeight() * g.inputHeight() + inputRow) * g.inputWidth() + inputColumn;
            long from = input + pixel * g.inputs() * BYTES;
            for (int m = 0; m < MicroKernel.ROWS; m++) {
                runs[count * MicroKernel.RUN + m] = from + Math.min(m, channelsOfTile - 1) * BYTES;
            }
            runs[count * MicroKernel.RUN + MicroKernel.ROWS] = (row - firstRow) * columns + skipped;
            count++;
        }
        return count;
    }

    /** Returns the first output for which a tap lies inside the image. */
    private int firstOutput(int offset) {
        return Math.max(0, Math.ceilDiv(-offset, g.stride()));
    }

    /** Returns the last output for which a tap lies inside the image. */
    private int lastOutput(int offset, int inputSide, int outputSide) {
        return Math.min(outputSide - 1, Math.floorDiv(inputSide - 1 - offset, g.stride()));
    }

    /** Adds sums, from the one of number {@code from} on, to the gradient, or begins it with them. */
    private void add(MemorySegment weights, int from, int count, long to, boolean begins) {
        MemorySegment written = NativeMemory.of(weights);
        for (int i = 0; i < count; i += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, from + i);
            long at = to + i * BYTES;
            (begins ? sum : sum.add(FloatVector.fromMemorySegment(SPECIES, written, at, ORDER)))
                    .intoMemorySegment(written, at, ORDER);
        }
    }
}
