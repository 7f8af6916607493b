package dev.lethe.kernels.simd.winograd;

import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * A transform of Winograd's convolution F(m, 3) along one dimension: a small matrix times a line of values, each a
 * vector of channels. A tile is transformed by its columns, then by its rows. The matrices are those of Lavin and Gray
 * (CVPR 2016), which evaluate at 0, 1, -1 and infinity, for m = 4 also at 2 and -2: {@code output = transpose(A) * ((G
 * * weights) . (transpose(B) * input))}.
 */
abstract sealed class WinogradLine {
    /** The values that a line holds, and those that it becomes. */
    enum Kind {
        /** {@code transpose(B)}: m + 2 inputs to as many points. */
        INPUT,
        /** {@code transpose(A)}: products at m + 2 points to m outputs. */
        OUTPUT,
        /** {@code A}: gradients of m outputs to those of m + 2 points. */
        OUTPUT_GRADIENT,
        /** {@code G}: 3 weights to m + 2 points. */
        WEIGHTS,
        /** {@code transpose(G)}: gradients of m + 2 points to those of 3 weights. */
        WEIGHTS_GRADIENT
    }

    private final int inputs;
    private final int outputs;

    private WinogradLine(int inputs, int outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /**
     * Returns the transform of F(m, 3).
     *
     * @param m outputs of a tile's side: 2 or 4
     */
    static WinogradLine of(Kind kind, int m) {
        return switch (m) {
            case 2 -> switch (kind) {
                case INPUT -> new InputOfTwo();
                case OUTPUT -> new OutputOfTwo();
                case OUTPUT_GRADIENT -> new OutputGradientOfTwo();
                case WEIGHTS -> new WeightsOfTwo();
                case WEIGHTS_GRADIENT -> new WeightsGradientOfTwo();
            };
            case 4 -> switch (kind) {
                case INPUT -> new InputOfFour();
                case OUTPUT -> new OutputOfFour();
                case OUTPUT_GRADIENT -> new OutputGradientOfFour();
                case WEIGHTS -> new WeightsOfFour();
                case WEIGHTS_GRADIENT -> new WeightsGradientOfFour();
            };
            default -> throw new IllegalArgumentException("no transform of F(" + m + ", 3): m is 2 or 4");
        };
    }

    /** Returns the number of values of a line before the transform. */
    final int inputs() {
        return inputs;
    }

    /** Returns the number of values of a line after the transform. */
    final int outputs() {
        return outputs;
    }

    /**
     * Transforms a number of lines. Line l reads its inputs at {@code from[k] + fromLine * l} and writes its outputs at
     * {@code to + toLine * l + step * k}; all in bytes.
     */
    abstract void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
            long step, int lines);

    /** Returns {@code summand + factor * x}. */
    private static FloatVector plus(FloatVector summand, float factor, FloatVector x) {
        return x.fma(FloatVector.broadcast(SPECIES, factor), summand);
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER);
    }

    private static void store(FloatVector value, MemorySegment memory, long at) {
        value.intoMemorySegment(memory, at, ORDER);
    }

    private static final class InputOfTwo extends WinogradLine {
        InputOfTwo() {
            super(4, 4);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector d0 = load(source, from[0] + shift);
                FloatVector d1 = load(source, from[1] + shift);
                FloatVector d2 = load(source, from[2] + shift);
                FloatVector d3 = load(source, from[3] + shift);
                long at = to + toLine * l;
                store(d0.sub(d2), target, at);
                store(d1.add(d2), target, at + step);
                store(d2.sub(d1), target, at + 2 * step);
                store(d1.sub(d3), target, at + 3 * step);
            }
        }
    }

    private static final class OutputOfTwo extends WinogradLine {
        OutputOfTwo() {
            super(4, 2);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector m1 = load(source, from[1] + shift);
                FloatVector m2 = load(source, from[2] + shift);
                long at = to + toLine * l;
                store(load(source, from[0] + shift).add(m1.add(m2)), target, at);
                store(m1.sub(m2).sub(load(source, from[3] + shift)), target, at + step);
            }
        }
    }

    private static final class OutputGradientOfTwo extends WinogradLine {
        OutputGradientOfTwo() {
            super(2, 4);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector y0 = load(source, from[0] + shift);
                FloatVector y1 = load(source, from[1] + shift);
                long at = to + toLine * l;
                store(y0, target, at);
                store(y0.add(y1), target, at + step);
                store(y0.sub(y1), target, at + 2 * step);
                store(y1.neg(), target, at + 3 * step);
            }
        }
    }

    private static final class WeightsOfTwo extends WinogradLine {
        WeightsOfTwo() {
            super(3, 4);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector g0 = load(source, from[0] + shift);
                FloatVector g1 = load(source, from[1] + shift);
                FloatVector g2 = load(source, from[2] + shift);
                FloatVector even = g0.add(g2);
                long at = to + toLine * l;
                store(g0, target, at);
                store(even.add(g1).mul(0.5f), target, at + step);
                store(even.sub(g1).mul(0.5f), target, at + 2 * step);
                store(g2, target, at + 3 * step);
            }
        }
    }

    private static final class WeightsGradientOfTwo extends WinogradLine {
        WeightsGradientOfTwo() {
            super(4, 3);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector u1 = load(source, from[1] + shift);
                FloatVector u2 = load(source, from[2] + shift);
                FloatVector even = u1.add(u2).mul(0.5f);
                long at = to + toLine * l;
                store(load(source, from[0] + shift).add(even), target, at);
                store(u1.sub(u2).mul(0.5f), target, at + step);
                store(load(source, from[3] + shift).add(even), target, at + 2 * step);
            }
        }
    }

    private static final class InputOfFour extends WinogradLine {
        InputOfFour() {
            super(6, 6);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector d1 = load(source, from[1] + shift);
                FloatVector d2 = load(source, from[2] + shift);
                FloatVector d3 = load(source, from[3] + shift);
                FloatVector d4 = load(source, from[4] + shift);
                FloatVector even = plus(d4, -4, d2);
                FloatVector odd = plus(d3, -4, d1);
                FloatVector evenOfTwo = d4.sub(d2);
                FloatVector oddOfTwo = d3.sub(d1).mul(2);
                long at = to + toLine * l;
                store(plus(plus(d4, -5, d2), 4, load(source, from[0] + shift)), target,
                        at);
                store(even.add(odd), target, at + step);
                store(even.sub(odd), target, at + 2 * step);
                store(evenOfTwo.add(oddOfTwo), target, at + 3 * step);
                store(evenOfTwo.sub(oddOfTwo), target, at + 4 * step);
                store(plus(plus(load(source, from[5] + shift), -5, d3), 4, d1), target,
                        at + 5 * step);
            }
        }
    }

    private static final class OutputOfFour extends WinogradLine {
        OutputOfFour() {
            super(6, 4);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector m1 = load(source, from[1] + shift);
                FloatVector m2 = load(source, from[2] + shift);
                FloatVector m3 = load(source, from[3] + shift);
                FloatVector m4 = load(source, from[4] + shift);
                FloatVector even = m1.add(m2);
                FloatVector odd = m1.sub(m2);
                FloatVector evenOfTwo = m3.add(m4);
                FloatVector oddOfTwo = m3.sub(m4);
                long at = to + toLine * l;
                store(load(source, from[0] + shift).add(even).add(evenOfTwo), target,
                        at);
                store(plus(odd, 2, oddOfTwo), target, at + step);
                store(plus(even, 4, evenOfTwo), target, at + 2 * step);
                store(plus(odd, 8, oddOfTwo).add(load(source, from[5] + shift)), target,
                        at + 3 * step);
            }
        }
    }

    private static final class OutputGradientOfFour extends WinogradLine {
        OutputGradientOfFour() {
            super(4, 6);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector y0 = load(source, from[0] + shift);
                FloatVector y1 = load(source, from[1] + shift);
                FloatVector y2 = load(source, from[2] + shift);
                FloatVector y3 = load(source, from[3] + shift);
                FloatVector even = y0.add(y2);
                FloatVector odd = y1.add(y3);
                FloatVector evenOfTwo = plus(y0, 4, y2);
                FloatVector oddOfTwo = plus(y1.mul(2), 8, y3);
                long at = to + toLine * l;
                store(y0, target, at);
                store(even.add(odd), target, at + step);
                store(even.sub(odd), target, at + 2 * step);
                store(evenOfTwo.add(oddOfTwo), target, at + 3 * step);
                store(evenOfTwo.sub(oddOfTwo), target, at + 4 * step);
                store(y3, target, at + 5 * step);
            }
        }
    }

    private static final class WeightsOfFour extends WinogradLine {
        WeightsOfFour() {
            super(3, 6);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector g0 = load(source, from[0] + shift);
                FloatVector g1 = load(source, from[1] + shift);
                FloatVector g2 = load(source, from[2] + shift);
                FloatVector even = g0.add(g2).mul(-1 / 6f);
                FloatVector odd = g1.mul(1 / 6f);
                FloatVector evenOfTwo = plus(g0, 4, g2).mul(1 / 24f);
                FloatVector oddOfTwo = g1.mul(1 / 12f);
                long at = to + toLine * l;
                store(g0.mul(0.25f), target, at);
                store(even.sub(odd), target, at + step);
                store(even.add(odd), target, at + 2 * step);
                store(evenOfTwo.add(oddOfTwo), target, at + 3 * step);
                store(evenOfTwo.sub(oddOfTwo), target, at + 4 * step);
                store(g2, target, at + 5 * step);
            }
        }
    }

    private static final class WeightsGradientOfFour extends WinogradLine {
        WeightsGradientOfFour() {
            super(6, 3);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector u1 = load(source, from[1] + shift);
                FloatVector u2 = load(source, from[2] + shift);
                FloatVector u3 = load(source, from[3] + shift);
                FloatVector u4 = load(source, from[4] + shift);
                FloatVector even = u1.add(u2).mul(-1 / 6f);
                FloatVector evenOfTwo = u3.add(u4);
                FloatVector odd = u2.sub(u1).mul(1 / 6f);
                long at = to + toLine * l;
                store(load(source, from[0] + shift).mul(0.25f).add(even)
                        .add(evenOfTwo.mul(1 / 24f)), target, at);
                store(u3.sub(u4).mul(1 / 12f).add(odd), target, at + step);
                store(evenOfTwo.mul(1 / 6f).add(even)
                        .add(load(source, from[5] + shift)), target, at + 2 * step);
            }
        }
    }
}
