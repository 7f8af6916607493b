package dev.lethe.kernels.simd.product;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.simd.ConvolutionGeometry;
import dev.lethe.kernels.simd.NativeMemory;
import dev.lethe.kernels.simd.Panels;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * A pass that computes convolutions and linear layers over (N, H, W, C) floats, or the gradients of their inputs, as
 * matrix products: rows are the pixels that are written, sums run over taps of the kernel and channels that are read,
 * columns are the channels that are written. The rows are never gathered: a table tells where each tap of each pixel
 * begins. Pixels go in blocks whose sources stay in the cache, sums in chunks whose weights do.
 *
 * <p>Weights stand in {@link Panels}, one matrix for each group: (row, column, read channel) by written channel. All
 * offsets are in bytes. Allocates nothing once made; confined to one thread.
 */
public final class ImageProducts {
    /** The largest number of factors of a chunk: with 64 columns, 256 KiB of weights. */
    private static final int MOST_FACTORS = 1024;
    private static final int SOURCE_BYTES = 128 << 10; // of a block
    private static final int MOST_TILES = 64; // of a block

    /**
     * The written pixels that the same taps reach.
     *
     * @param rowOffsets bytes before the row of the read image, (row, row of the kernel), negative for padding
     * @param columnOffsets bytes before the column, (column, column of the kernel), negative for padding
     */
    private record Phase(TargetAxis rows, TargetAxis columns, long[] rowOffsets, long[] columnOffsets) {
        static Phase of(TargetAxis rows, TargetAxis columns, Images source) {
            return new Phase(rows, columns,
                    IntStream.of(rows.sources()).mapToLong(row -> row < 0 ? -1 : source.pixel(row, 0)).toArray(),
                    IntStream.of(columns.sources()).mapToLong(column -> column < 0 ? -1 : source.pixel(0, column))
                            .toArray());
        }

        int pixels() {
            return rows.targets().length * columns.targets().length;
        }

        int taps() {
            return rows.taps().length * columns.taps().length;
        }
    }

    /** An image and its channels, those of one group counted apart. */
    private record Images(int height, int width, int channels, int groupChannels) {
        long bytes() {
            return (long) height * width * channels * BYTES;
        }

        long pixel(int row, int column) {
            return ((long) row * width + column) * channels * BYTES;
        }
    }

    private final Images source;
    private final Images target;
    private final int images;
    private final int kernelWidth;
    private final int groups;
    private final Phase[] phases;
    private final boolean readsPadding;
    private final Panels panels; // of one group
    private final float floor; // no output is less
    private final float[] bias; // (outputs, padded with zeros)
    private final int pieces; // into which the channels of a tap are divided
    private final int tapsOfChunk;
    private final int tilesOfBlock;
    private final long[] runs; // (tile of the block, tap, RUN)
    private final long[] pixels; // (pixel of the block): bytes at which it is written
    private final float[] sums = MicroKernel.sums(); // (row, column of the panel)

    private ImageProducts(Images source, Images target, int images, ConvolutionGeometry geometry,
            List<TargetAxis> rows, List<TargetAxis> columns, Activation activation) {
        this.source = source;
        this.target = target;
        this.images = images;
        kernelWidth = geometry.kernelWidth();
        groups = geometry.groups();
        List<Phase> all = new ArrayList<>();
        rows.forEach(row -> columns.forEach(column -> all.add(Phase.of(row, column, source))));
        phases = all.toArray(Phase[]::new);
        readsPadding = rows.stream().anyMatch(TargetAxis::readsPadding)
                || columns.stream().anyMatch(TargetAxis::readsPadding);
        panels = Panels.of(geometry.taps() * source.groupChannels, target.groupChannels);
        floor = activation == Activation.RELU ? 0 : Float.NEGATIVE_INFINITY;
        bias = new float[(groups - 1) * target.groupChannels + Panels.padded(target.groupChannels)];
        pieces = Math.ceilDiv(source.groupChannels, MOST_FACTORS);
        tapsOfChunk = Math.max(1, MOST_FACTORS / source.groupChannels);
        long tileBytes = (long) MicroKernel.ROWS * source.channels * BYTES;
        long least = Math.clamp(SOURCE_BYTES / tileBytes, 4, MOST_TILES);
        int mostPixels = all.stream().mapToInt(Phase::pixels).max().orElseThrow() * images;
        tilesOfBlock = (int) Math.min(least, Math.ceilDiv(mostPixels, MicroKernel.ROWS));
        runs = MicroKernel.runs(tilesOfBlock * Math.max(1, all.stream().mapToInt(Phase::taps).max().orElseThrow()));
        pixels = new long[tilesOfBlock * MicroKernel.ROWS];
    }

    /**
     * Makes the pass {@code output = activation(convolution(input) + bias)}.
     *
     * @param images number of images
     */
    public static ImageProducts forward(ConvolutionGeometry geometry, int images, Activation activation) {
        ConvolutionGeometry g = geometry.isWholeImage() ? geometry.joined(images) : geometry;
        return new ImageProducts(new Images(g.inputHeight(), g.inputWidth(), g.inputs(), g.groupInputs()),
                new Images(g.outputHeight(), g.outputWidth(), g.outputs(), g.groupOutputs()),
                geometry.isWholeImage() ? 1 : images, g,
                TargetAxis.outputs(g.outputHeight(), g.inputHeight(), g.kernelHeight(), g.stride(), g.padding(),
                        g.dilation()),
                TargetAxis.outputs(g.outputWidth(), g.inputWidth(), g.kernelWidth(), g.stride(), g.padding(),
                        g.dilation()),
                activation);
    }

    /**
     * Makes the pass from the gradient of a convolution's output to that of its input.
     *
     * @param images number of images
     */
    public static ImageProducts inputGradient(ConvolutionGeometry geometry, int images) {
        ConvolutionGeometry g = geometry.isWholeImage() ? geometry.joined(images) : geometry;
        return new ImageProducts(new Images(g.outputHeight(), g.outputWidth(), g.outputs(), g.groupOutputs()),
                new Images(g.inputHeight(), g.inputWidth(), g.inputs(), g.groupInputs()),
                geometry.isWholeImage() ? 1 : images, g,
                TargetAxis.inputs(g.outputHeight(), g.inputHeight(), g.kernelHeight(), g.stride(), g.padding(),
                        g.dilation()),
                TargetAxis.inputs(g.outputWidth(), g.inputWidth(), g.kernelWidth(), g.stride(), g.padding(),
                        g.dilation()),
                Activation.IDENTITY);
    }

    /** Returns the bytes of scratch memory that {@link #run} needs. */
    public long scratchBytes() {
        return readsPadding ? source.channels * BYTES : 0;
    }

    /** Takes the present bias, (outputs) floats from byte {@code at} on. */
    public void useBias(MemorySegment parameters, long at) {
        MemorySegment.copy(parameters, JAVA_FLOAT, at, bias, 0, target.channels);
    }

    /**
     * Computes all images.
     *
     * @param memory images that are read and written, and scratch memory
     * @param from place of the first pixel that is read
     * @param to place of the first pixel that is written
     * @param scratch first of {@link #scratchBytes} that are the pass's own
     * @param weights holds the panels of the first group from byte {@code firstWeight} on
     */
    public void run(MemorySegment memory, long from, long to, long scratch, MemorySegment weights, long firstWeight) {
        NativeMemory.clear(memory, scratch, scratchBytes());
        int most = tilesOfBlock * MicroKernel.ROWS;
        for (Phase phase : phases) {
            int all = images * phase.pixels();
            locateWeights(phase);
            for (int first = 0; first < all; first += most) {
                int count = Math.min(most, all - first);
                locate(phase, first, count, from, to, scratch);
                for (int group = 0; group < groups; group++) {
                    multiply(phase, count, group, memory, weights, firstWeight + group * panels.bytes());
                }
            }
        }
    }

    /** Fills the tables for {@code count} pixels of a phase; rows that are left in the last tile repeat its last. */
    private void locate(Phase phase, int first, int count, long from, long to, long zeros) {
        int columns = phase.columns.targets().length;
        int rows = phase.rows.targets().length;
        int column = first % columns;
        int row = first / columns % rows;
        int image = first / columns / rows;
        int padded = Math.ceilDiv(count, MicroKernel.ROWS) * MicroKernel.ROWS;
        for (int pixel = 0; pixel < padded; pixel++) {
            int run = pixel / MicroKernel.ROWS * phase.taps() * MicroKernel.RUN + pixel % MicroKernel.ROWS;
            locate(phase, row, column, from + image * source.bytes(), zeros, run);
            pixels[pixel] = to + image * target.bytes()
                    + target.pixel(phase.rows.targets()[row], phase.columns.targets()[column]);
            if (pixel + 1 < count && ++column == columns) {
                column = 0;
                if (++row == rows) {
                    row = 0;
                    image++;
                }
            }
        }
    }

    /** Finds the beginning of the run for each tap of one pixel. */
    private void locate(Phase phase, int row, int column, long image, long zeros, int firstRun) {
        int rowTaps = phase.rows.taps().length;
        int columnTaps = phase.columns.taps().length;
        long[] columnOffsets = phase.columnOffsets;
        int run = firstRun;
        for (int r = 0; r < rowTaps; r++) {
            long rowOffset = phase.rowOffsets[row * rowTaps + r];
            for (int s = column * columnTaps; s < (column + 1) * columnTaps; s++) {
                long columnOffset = columnOffsets[s];
                runs[run] = (rowOffset | columnOffset) < 0 ? zeros : image + rowOffset + columnOffset;
                run += MicroKernel.RUN;
            }
        }
    }

    /** Finds the first row of the weights for each tap of each tile. */
    private void locateWeights(Phase phase) {
        int[] rowTaps = phase.rows.taps();
        int[] columnTaps = phase.columns.taps();
        int taps = phase.taps();
        for (int tap = 0; tap < taps; tap++) {
            int weight = rowTaps[tap / columnTaps.length] * kernelWidth + columnTaps[tap % columnTaps.length];
            for (int tile = 0; tile < tilesOfBlock; tile++) {
                runs[(tile * taps + tap) * MicroKernel.RUN + MicroKernel.ROWS] = (long) weight * source.groupChannels;
            }
        }
    }

    /** Multiplies the block of pixels by the weights of a group, chunk by chunk. */
    private void multiply(Phase phase, int count, int group, MemorySegment memory, MemorySegment weights,
            long firstWeight) {
        int taps = phase.taps();
        int chunks = Math.max(1, Math.ceilDiv(taps, tapsOfChunk)); // without taps one, of no terms
        for (int chunk = 0; chunk < chunks; chunk++) {
            int firstTap = chunk * tapsOfChunk;
            int tapCount = Math.min(tapsOfChunk, taps - firstTap);
            for (int piece = 0; piece < pieces; piece++) {
                int firstChannel = (int) ((long) source.groupChannels * piece / pieces);
                int channels = (int) ((long) source.groupChannels * (piece + 1) / pieces) - firstChannel;
                boolean begins = chunk == 0 && piece == 0;
                boolean ends = chunk == chunks - 1 && piece == pieces - 1;
                for (int panel = 0; panel < panels.count(); panel++) {
                    int vectors = panels.vectors(panel);
                    long panelAt = firstWeight + panels.start(panel) + (long) firstChannel * vectors * LANES * BYTES;
                    long start = ((long) group * source.groupChannels + firstChannel) * BYTES;
                    int channel = group * target.groupChannels + panel * panels.width();
                    for (int pixel = 0; pixel < count; pixel += MicroKernel.ROWS) {
                        MicroKernel.multiply(vectors, memory, start, runs,
                                (pixel / MicroKernel.ROWS * taps + firstTap) * MicroKernel.RUN, tapCount, channels,
                                BYTES, weights, panelAt, sums);
                        write(memory, pixel, Math.min(MicroKernel.ROWS, count - pixel), channel, vectors,
                                panels.columns(panel), begins, ends ? floor : Float.NEGATIVE_INFINITY);
                    }
                }
            }
        }
    }

    /** Adds the sums of a tile to the bias, or to the sums of earlier chunks, and applies the activation. */
    private void write(MemorySegment memory, int firstPixel, int count, int channel, int vectors, int columns,
            boolean begins, float least) {
        MemorySegment written = NativeMemory.of(memory);
        int whole = columns / LANES;
        for (int row = 0; row < count; row++) {
            long to = pixels[firstPixel + row] + channel * BYTES;
            int from = row * vectors * LANES;
            for (int v = 0; v < whole; v++) {
                FloatVector before = begins
                        ? FloatVector.fromArray(SPECIES, bias, channel + v * LANES)
                        : FloatVector.fromMemorySegment(SPECIES, written, to + v * LANES * BYTES, ORDER);
                FloatVector.fromArray(SPECIES, sums, from + v * LANES).add(before).max(least)
                        .intoMemorySegment(written, to + v * LANES * BYTES, ORDER);
            }
            for (int c = whole * LANES; c < columns; c++) {
                float before = begins ? bias[channel + c] : written.get(JAVA_FLOAT, to + c * BYTES);
                written.set(JAVA_FLOAT, to + c * BYTES, Math.max(least, sums[from + c] + before));
            }
        }
    }
}
