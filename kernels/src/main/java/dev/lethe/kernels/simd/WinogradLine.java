package dev.lethe.kernels.simd;

import dev.lethe.kernels.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * One dimension of a transform of Winograd's convolution F(m, 3): a small matrix times a line of values, each a vector
 * of channels. Columns of a tile first, then its rows, and the tile is transformed. The matrices are those of Lavin and
 * Gray (CVPR 2016), which evaluate at 0, 1, -1 and infinity, for m = 4 also at 2 and -2:
 * {@code output = transpose(A) * ((G * weights) . (transpose(B) * input))}.
 */
abstract sealed class WinogradLine {
    /** What a line is made of, and what becomes of it. */
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
    final boolean halfFrom; // see Elements
    final boolean halfTo;

    private WinogradLine(int inputs, int outputs, DType from, DType to) {
        this.inputs = inputs;
        this.outputs = outputs;
        halfFrom = Elements.half(from);
        halfTo = Elements.half(to);
    }

    /**
     * The transform of F(m, 3).
     *
     * @param m outputs of a tile's side: 2 or 4
     * @param from type of what is read
     * @param to type of what is written
     */
    static WinogradLine of(Kind kind, int m, DType from, DType to) {
        return switch (m) {
            case 2 -> switch (kind) {
                case INPUT -> new InputOfTwo(from, to);
                case OUTPUT -> new OutputOfTwo(from, to);
                case OUTPUT_GRADIENT -> new OutputGradientOfTwo(from, to);
                case WEIGHTS -> new WeightsOfTwo(from, to);
                case WEIGHTS_GRADIENT -> new WeightsGradientOfTwo(from, to);
            };
            case 4 -> switch (kind) {
                case INPUT -> new InputOfFour(from, to);
                case OUTPUT -> new OutputOfFour(from, to);
                case OUTPUT_GRADIENT -> new OutputGradientOfFour(from, to);
                case WEIGHTS -> new WeightsOfFour(from, to);
                case WEIGHTS_GRADIENT -> new WeightsGradientOfFour(from, to);
            };
            default -> throw new IllegalArgumentException("no transform of F(" + m + ", 3): m is 2 or 4");
        };
    }

    /** How many values a line is made of. */
    final int inputs() {
        return inputs;
    }

    /** How many values become of it. */
    final int outputs() {
        return outputs;
    }

    /**
     * Transforms a number of lines. Line l reads its inputs at {@code from[k] + fromLine * l} and writes its outputs at
     * {@code to + toLine * l + step * k}; all in bytes.
     */
    abstract void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
            long step, int lines);

    /** {@code summand + factor * x}. */
    private static FloatVector plus(FloatVector summand, float factor, FloatVector x) {
        return x.fma(FloatVector.broadcast(Floats.SPECIES, factor), summand);
    }

    private static final class InputOfTwo extends WinogradLine {
        InputOfTwo(DType from, DType to) {
            super(4, 4, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector d0 = Elements.load(wide, source, from[0] + shift);
                FloatVector d1 = Elements.load(wide, source, from[1] + shift);
                FloatVector d2 = Elements.load(wide, source, from[2] + shift);
                FloatVector d3 = Elements.load(wide, source, from[3] + shift);
                long at = to + toLine * l;
                Elements.store(half, d0.sub(d2), target, at);
                Elements.store(half, d1.add(d2), target, at + step);
                Elements.store(half, d2.sub(d1), target, at + 2 * step);
                Elements.store(half, d1.sub(d3), target, at + 3 * step);
            }
        }
    }

    private static final class OutputOfTwo extends WinogradLine {
        OutputOfTwo(DType from, DType to) {
            super(4, 2, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector m1 = Elements.load(wide, source, from[1] + shift);
                FloatVector m2 = Elements.load(wide, source, from[2] + shift);
                long at = to + toLine * l;
                Elements.store(half, Elements.load(wide, source, from[0] + shift).add(m1.add(m2)), target, at);
                Elements.store(half, m1.sub(m2).sub(Elements.load(wide, source, from[3] + shift)), target, at + step);
            }
        }
    }

    private static final class OutputGradientOfTwo extends WinogradLine {
        OutputGradientOfTwo(DType from, DType to) {
            super(2, 4, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector y0 = Elements.load(wide, source, from[0] + shift);
                FloatVector y1 = Elements.load(wide, source, from[1] + shift);
                long at = to + toLine * l;
                Elements.store(half, y0, target, at);
                Elements.store(half, y0.add(y1), target, at + step);
                Elements.store(half, y0.sub(y1), target, at + 2 * step);
                Elements.store(half, y1.neg(), target, at + 3 * step);
            }
        }
    }

    private static final class WeightsOfTwo extends WinogradLine {
        WeightsOfTwo(DType from, DType to) {
            super(3, 4, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector g0 = Elements.load(wide, source, from[0] + shift);
                FloatVector g1 = Elements.load(wide, source, from[1] + shift);
                FloatVector g2 = Elements.load(wide, source, from[2] + shift);
                FloatVector even = g0.add(g2);
                long at = to + toLine * l;
                Elements.store(half, g0, target, at);
                Elements.store(half, even.add(g1).mul(0.5f), target, at + step);
                Elements.store(half, even.sub(g1).mul(0.5f), target, at + 2 * step);
                Elements.store(half, g2, target, at + 3 * step);
            }
        }
    }

    private static final class WeightsGradientOfTwo extends WinogradLine {
        WeightsGradientOfTwo(DType from, DType to) {
            super(4, 3, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector u1 = Elements.load(wide, source, from[1] + shift);
                FloatVector u2 = Elements.load(wide, source, from[2] + shift);
                FloatVector even = u1.add(u2).mul(0.5f);
                long at = to + toLine * l;
                Elements.store(half, Elements.load(wide, source, from[0] + shift).add(even), target, at);
                Elements.store(half, u1.sub(u2).mul(0.5f), target, at + step);
                Elements.store(half, Elements.load(wide, source, from[3] + shift).add(even), target, at + 2 * step);
            }
        }
    }

    private static final class InputOfFour extends WinogradLine {
        InputOfFour(DType from, DType to) {
            super(6, 6, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector d1 = Elements.load(wide, source, from[1] + shift);
                FloatVector d2 = Elements.load(wide, source, from[2] + shift);
                FloatVector d3 = Elements.load(wide, source, from[3] + shift);
                FloatVector d4 = Elements.load(wide, source, from[4] + shift);
                FloatVector even = plus(d4, -4, d2);
                FloatVector odd = plus(d3, -4, d1);
                FloatVector evenOfTwo = d4.sub(d2);
                FloatVector oddOfTwo = d3.sub(d1).mul(2);
                long at = to + toLine * l;
                Elements.store(half, plus(plus(d4, -5, d2), 4, Elements.load(wide, source, from[0] + shift)), target,
                        at);
                Elements.store(half, even.add(odd), target, at + step);
                Elements.store(half, even.sub(odd), target, at + 2 * step);
                Elements.store(half, evenOfTwo.add(oddOfTwo), target, at + 3 * step);
                Elements.store(half, evenOfTwo.sub(oddOfTwo), target, at + 4 * step);
                Elements.store(half, plus(plus(Elements.load(wide, source, from[5] + shift), -5, d3), 4, d1), target,
                        at + 5 * step);
            }
        }
    }

    private static final class OutputOfFour extends WinogradLine {
        OutputOfFour(DType from, DType to) {
            super(6, 4, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector m1 = Elements.load(wide, source, from[1] + shift);
                FloatVector m2 = Elements.load(wide, source, from[2] + shift);
                FloatVector m3 = Elements.load(wide, source, from[3] + shift);
                FloatVector m4 = Elements.load(wide, source, from[4] + shift);
                FloatVector even = m1.add(m2);
                FloatVector odd = m1.sub(m2);
                FloatVector evenOfTwo = m3.add(m4);
                FloatVector oddOfTwo = m3.sub(m4);
                long at = to + toLine * l;
                Elements.store(half, Elements.load(wide, source, from[0] + shift).add(even).add(evenOfTwo), target,
                        at);
                Elements.store(half, plus(odd, 2, oddOfTwo), target, at + step);
                Elements.store(half, plus(even, 4, evenOfTwo), target, at + 2 * step);
                Elements.store(half, plus(odd, 8, oddOfTwo).add(Elements.load(wide, source, from[5] + shift)), target,
                        at + 3 * step);
            }
        }
    }

    private static final class OutputGradientOfFour extends WinogradLine {
        OutputGradientOfFour(DType from, DType to) {
            super(4, 6, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector y0 = Elements.load(wide, source, from[0] + shift);
                FloatVector y1 = Elements.load(wide, source, from[1] + shift);
                FloatVector y2 = Elements.load(wide, source, from[2] + shift);
                FloatVector y3 = Elements.load(wide, source, from[3] + shift);
                FloatVector even = y0.add(y2);
                FloatVector odd = y1.add(y3);
                FloatVector evenOfTwo = plus(y0, 4, y2);
                FloatVector oddOfTwo = plus(y1.mul(2), 8, y3);
                long at = to + toLine * l;
                Elements.store(half, y0, target, at);
                Elements.store(half, even.add(odd), target, at + step);
                Elements.store(half, even.sub(odd), target, at + 2 * step);
                Elements.store(half, evenOfTwo.add(oddOfTwo), target, at + 3 * step);
                Elements.store(half, evenOfTwo.sub(oddOfTwo), target, at + 4 * step);
                Elements.store(half, y3, target, at + 5 * step);
            }
        }
    }

    private static final class WeightsOfFour extends WinogradLine {
        WeightsOfFour(DType from, DType to) {
            super(3, 6, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector g0 = Elements.load(wide, source, from[0] + shift);
                FloatVector g1 = Elements.load(wide, source, from[1] + shift);
                FloatVector g2 = Elements.load(wide, source, from[2] + shift);
                FloatVector even = g0.add(g2).mul(-1 / 6f);
                FloatVector odd = g1.mul(1 / 6f);
                FloatVector evenOfTwo = plus(g0, 4, g2).mul(1 / 24f);
                FloatVector oddOfTwo = g1.mul(1 / 12f);
                long at = to + toLine * l;
                Elements.store(half, g0.mul(0.25f), target, at);
                Elements.store(half, even.sub(odd), target, at + step);
                Elements.store(half, even.add(odd), target, at + 2 * step);
                Elements.store(half, evenOfTwo.add(oddOfTwo), target, at + 3 * step);
                Elements.store(half, evenOfTwo.sub(oddOfTwo), target, at + 4 * step);
                Elements.store(half, g2, target, at + 5 * step);
            }
        }
    }

    private static final class WeightsGradientOfFour extends WinogradLine {
        WeightsGradientOfFour(DType from, DType to) {
            super(6, 3, from, to);
        }

        @Override
        void run(MemorySegment source, long[] from, long fromLine, MemorySegment target, long to, long toLine,
                long step, int lines) {
            boolean wide = halfFrom;
            boolean half = halfTo;
            for (int l = 0; l < lines; l++) {
                long shift = fromLine * l;
                FloatVector u1 = Elements.load(wide, source, from[1] + shift);
                FloatVector u2 = Elements.load(wide, source, from[2] + shift);
                FloatVector u3 = Elements.load(wide, source, from[3] + shift);
                FloatVector u4 = Elements.load(wide, source, from[4] + shift);
                FloatVector even = u1.add(u2).mul(-1 / 6f);
                FloatVector evenOfTwo = u3.add(u4);
                FloatVector odd = u2.sub(u1).mul(1 / 6f);
                long at = to + toLine * l;
                Elements.store(half, Elements.load(wide, source, from[0] + shift).mul(0.25f).add(even)
                        .add(evenOfTwo.mul(1 / 24f)), target, at);
                Elements.store(half, u3.sub(u4).mul(1 / 12f).add(odd), target, at + step);
                Elements.store(half, evenOfTwo.mul(1 / 6f).add(even)
                        .add(Elements.load(wide, source, from[5] + shift)), target, at + 2 * step);
            }
        }
    }
}
