package dev.lethe.kernels.simd.product;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import dev.lethe.kernels.simd.NativeMemory;
import dev.lethe.kernels.simd.Panels;
import dev.lethe.kernels.simd.winograd.PointMatrices;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The matrix products at the points of Winograd's convolution, one after the other. All offsets are in bytes. Allocates
 * nothing once made; confined to one thread.
 */
public final class PointProducts {
    private final PointMatrices inputs;
    private final PointMatrices outputs;
    private final PointMatrices weights;
    private final int rowsOfTile;
    private final long inputRow; // bytes
    private final long[] tileRuns = MicroKernel.runs(1); // rows are tiles
    private final long[] channelRuns = MicroKernel.runs(1); // rows are input channels
    private final int channelsOfTile;
    private final float[] sums = MicroKernel.sums(); // (row, column of the panel)

    /**
     * Makes the products of matrices of these shapes.
     *
     * @param inputs (tile, input channel) in row-major order
     * @param outputs (tile, output channel), in row-major order where they are made, in panels where they are read
     * @param weights (input channel, output channel) in panels
     */
    public PointProducts(PointMatrices inputs, PointMatrices outputs, PointMatrices weights) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.weights = weights;
        inputRow = inputs.matrix().columns() * BYTES;
        rowsOfTile = Math.min(MicroKernel.ROWS, inputs.matrix().rows());
        channelsOfTile = Math.min(MicroKernel.ROWS, inputs.matrix().columns());
        for (int m = 0; m < MicroKernel.ROWS; m++) {
            tileRuns[m] = Math.min(m, rowsOfTile - 1) * inputRow;
            channelRuns[m] = Math.min(m, channelsOfTile - 1) * BYTES;
        }
    }

    /**
     * Computes {@code outputs = inputs * weights}.
     *
     * @param memory inputs and outputs
     * @param points holds the weights from byte {@code firstWeight} on
     */
    public void forward(MemorySegment memory, long input, long output, MemorySegment points, long firstWeight) {
        Panels panels = weights.matrix();
        int tiles = inputs.matrix().rows();
        int channels = inputs.matrix().columns();
        long outputRow = outputs.matrix().columns() * BYTES;
        for (int point = 0; point < inputs.points(); point++) {
            long left = input + point * inputs.plane();
            long right = firstWeight + point * weights.plane();
            long result = output + point * outputs.plane();
            for (int panel = 0; panel < panels.count(); panel++) {
                int vectors = panels.vectors(panel);
                long column = (long) panel * panels.width() * BYTES;
                for (int next = 0; next < tiles; next += MicroKernel.ROWS) {
                    int tile = Math.min(next, tiles - rowsOfTile); // the last rows repeat some of those before
                    MicroKernel.multiply(vectors, memory, left + tile * inputRow, tileRuns, 0, 1, channels, BYTES,
                            points, right + panels.start(panel), sums);
                    store(memory, vectors, result + tile * outputRow + column, outputRow);
                }
            }
        }
    }

    private void store(MemorySegment memory, int vectors, long to, long row) {
        MemorySegment written = NativeMemory.of(memory);
        for (int m = 0; m < rowsOfTile; m++) {
            for (int v = 0; v < vectors; v++) {
                FloatVector.fromArray(SPECIES, sums, (m * vectors + v) * LANES).intoMemorySegment(written,
                        to + m * row + v * LANES * BYTES, ORDER);
            }
        }
    }

    /**
     * Computes {@code weights = transpose(inputs) * outputs}, or adds that to them.
     *
     * @param memory holds inputs, gradients of outputs, and gradients of weights from the given bytes on
     * @param added whether to add to the present values of the result
     */
    public void gradient(MemorySegment memory, long input, long outputGradient, long weightGradient, boolean added) {
        Panels panels = outputs.matrix();
        int tiles = inputs.matrix().rows();
        int channels = inputs.matrix().columns();
        for (int point = 0; point < inputs.points(); point++) {
            long left = input + point * inputs.plane();
            long right = outputGradient + point * outputs.plane();
            long result = weightGradient + point * weights.plane();
            for (int next = 0; next < channels; next += MicroKernel.ROWS) {
                int channel = Math.min(next, channels - channelsOfTile); // the last repeat some of those before
                for (int panel = 0; panel < panels.count(); panel++) {
                    int vectors = panels.vectors(panel);
                    MicroKernel.multiply(vectors, memory, left + channel * BYTES, channelRuns, 0, 1, tiles, inputRow,
                            memory, right + panels.start(panel), sums);
                    int width = vectors * LANES;
                    add(memory, (next - channel) * width, Math.min(MicroKernel.ROWS, channels - next) * width,
                            result + weights.matrix().start(panel) + (long) next * width * BYTES, added);
                }
            }
        }
    }

    /** Stores sums, from the one of number {@code from} on, or adds them to what is there. */
    private void add(MemorySegment memory, int from, int count, long to, boolean added) {
        MemorySegment written = NativeMemory.of(memory);
        for (int i = 0; i < count; i += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, from + i);
            long at = to + i * BYTES;
            (added ? sum.add(FloatVector.fromMemorySegment(SPECIES, written, at, ORDER)) : sum)
                    .intoMemorySegment(written, at, ORDER);
        }
    }
}
