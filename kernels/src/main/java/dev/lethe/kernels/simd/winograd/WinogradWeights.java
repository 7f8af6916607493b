package dev.lethe.kernels.simd.winograd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.winograd.WinogradTransform.VECTOR;

import dev.lethe.kernels.simd.NativeMemory;
import dev.lethe.kernels.simd.Panels;
import java.lang.foreign.MemorySegment;

/**
 * The transform of weights of 3x3 kernels, (3, 3, inputs, outputs) floats, to the points at which Winograd's
 * convolution multiplies, a matrix of padded inputs by padded outputs for each point, and of gradients of points back
 * to gradients of weights. Offsets are in bytes. Confined to one thread.
 */
public final class WinogradWeights {
    private static final int TAPS = 3; // of a side

    private final WinogradTransform toPoints;
    private final WinogradTransform toGradient;
    private final int inputs;
    private final int outputs;
    private final int pointsOfSide;
    private final long tap; // bytes from a weight to that of the next tap
    private final PointMatrices points; // (input, output)
    private final MemorySegment scratch; // the transform's (m + 2, 3) vectors, then the patch
    private final long patch; // (3, 3) vectors: the last outputs, where they fill no vector
    private final long[] weightRows = new long[TAPS]; // (TAPS): bytes at which rows of taps begin
    private final long[] patchRows = new long[TAPS]; // (TAPS): bytes at which rows of the patch begin
    private final long[] pointRows; // (m + 2): bytes at which rows of points begin

    /**
     * Makes a pass.
     *
     * @param m outputs of a tile's side
     * @param scratch memory whose {@link #scratchBytes} from byte {@code at} on are the pass's own
     * @param points matrices of padded inputs by padded outputs
     */
    public WinogradWeights(int m, int inputs, int outputs, MemorySegment scratch, long at, PointMatrices points) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.points = points;
        this.scratch = NativeMemory.of(scratch);
        toPoints = new WinogradTransform(WinogradLine.Kind.WEIGHTS, m, scratch, at);
        toGradient = new WinogradTransform(WinogradLine.Kind.WEIGHTS_GRADIENT, m, scratch, at);
        pointsOfSide = m + 2;
        tap = (long) inputs * outputs * BYTES;
        patch = at + WinogradTransform.scratchBytes(m);
        for (int r = 0; r < TAPS; r++) {
            patchRows[r] = patch + r * TAPS * VECTOR;
        }
        pointRows = new long[pointsOfSide];
    }

    /** Returns the bytes of scratch memory that a pass needs. */
    public static long scratchBytes(int m) {
        return 2 * WinogradTransform.scratchBytes(m);
    }

    /**
     * Transforms the weights of inputs from {@code first} to {@code end}, not included.
     *
     * @param turned whether the kernels are rotated by half a turn, for the gradient of the input
     * @param memory receives the first point's matrix at byte {@code to}; padding of outputs becomes zero
     */
    public void run(MemorySegment weights, long at, boolean turned, int first, int end, MemorySegment memory,
            long to) {
        MemorySegment source = NativeMemory.of(weights);
        MemorySegment target = NativeMemory.of(memory);
        long plane = points.plane();
        long step = turned ? -tap : tap;
        long corner = turned ? at + 8 * tap : at;
        for (int i = first; i < end; i++) {
            for (int o = 0; o < outputs; o += LANES) {
                long weight = ((long) i * outputs + o) * BYTES;
                long point = to + points.matrix().offset(i, o);
                for (int r = 0; r < TAPS; r++) {
                    weightRows[r] = corner + weight + r * TAPS * step;
                }
                if (o + LANES <= outputs) {
                    toPoints.run(source, weightRows, step, 0, TAPS, target, point, pointsOfSide * plane, plane);
                } else {
                    copyLastOutputs(source, step, outputs - o);
                    toPoints.run(scratch, patchRows, VECTOR, 0, TAPS, target, point, pointsOfSide * plane,
                            plane);
                }
            }
        }
    }

    private void copyLastOutputs(MemorySegment weights, long step, int count) {
        NativeMemory.clear(scratch, patch, TAPS * TAPS * VECTOR);
        for (int r = 0; r < TAPS; r++) {
            for (int s = 0; s < TAPS; s++) {
                MemorySegment.copy(weights, weightRows[r] + s * step, scratch, patchRows[r] + s * VECTOR,
                        count * BYTES);
            }
        }
    }

    /** Sets the points of inputs beyond the last, which are padding, to zero. */
    public void clearPadding(MemorySegment memory, long to) {
        Panels matrix = points.matrix();
        for (int p = 0; p < points.points(); p++) {
            for (int panel = 0; panel < matrix.count(); panel++) {
                NativeMemory.clear(memory, to + p * points.plane() + matrix.offset(inputs, panel * matrix.width()),
                        (long) (matrix.rows() - inputs) * matrix.vectors(panel) * VECTOR);
            }
        }
    }

    /**
     * Transforms gradients of points back to those of the weights of inputs from {@code first} to {@code end}, not
     * included.
     */
    public void gradient(MemorySegment memory, long at, int first, int end, MemorySegment gradients, long to) {
        MemorySegment source = NativeMemory.of(memory);
        MemorySegment target = NativeMemory.of(gradients);
        long plane = points.plane();
        for (int i = first; i < end; i++) {
            for (int o = 0; o < outputs; o += LANES) {
                long point = at + points.matrix().offset(i, o);
                for (int k = 0; k < pointsOfSide; k++) {
                    pointRows[k] = point + k * pointsOfSide * plane;
                }
                long weight = to + ((long) i * outputs + o) * BYTES;
                if (o + LANES <= outputs) {
                    toGradient.run(source, pointRows, plane, 0, pointsOfSide, target, weight, TAPS * tap, tap);
                } else {
                    toGradient.run(source, pointRows, plane, 0, pointsOfSide, scratch, patch, TAPS * VECTOR, VECTOR);
                    for (int t = 0; t < TAPS * TAPS; t++) {
                        MemorySegment.copy(scratch, patch + t * VECTOR, target, weight + t * tap,
                                (outputs - o) * BYTES);
                    }
                }
            }
        }
    }
}
