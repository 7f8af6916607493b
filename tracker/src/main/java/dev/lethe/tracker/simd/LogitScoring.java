package dev.lethe.tracker.simd;

import dev.lethe.tracker.plane.FloatFunctions;
import dev.lethe.tracker.plane.LogitBlock;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The computation of predictions and scores from logits, a vector of examples at a time with one example in each lane:
 * an example's results depend neither on its neighbours nor on the number of lanes. Sums run over the classes in their
 * order, so that the scalar twin agrees to the bit.
 */
final class LogitScoring {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = FLOATS.vectorShape().withLanes(int.class);
    private static final int LANES = FLOATS.length();

    private LogitScoring() {}

    static void run(LogitBlock block, int rows) {
        for (int row = 0; row < rows; row += LANES) {
            turn(block, row, Math.min(LANES, rows - row));
            compare(block, row);
            softmax(block, row);
        }
    }

    /** Transposes the logits of a vector of examples into (classes, LANES); lanes without an example are 0. */
    private static void turn(LogitBlock block, int first, int count) {
        int classes = block.classes();
        float[] from = block.logits();
        float[] to = block.scratch();
        if (count < LANES) {
            Arrays.fill(to, 0, classes * LANES, 0);
            Arrays.fill(block.labels(), first + count, first + LANES, 0);
        }
        for (int lane = 0; lane < count; lane++) {
            int row = (first + lane) * classes;
            for (int c = 0; c < classes; c++) {
                to[c * LANES + lane] = from[row + c];
            }
        }
    }

    /**
     * Finds the largest logits. Vectors that leave a method are objects, so the values for {@link #softmax} wait in the
     * arrays of its own results.
     */
    private static void compare(LogitBlock block, int row) {
        float[] logits = block.scratch();
        int size = block.classes() * LANES;
        IntVector labels = IntVector.fromArray(INTS, block.labels(), row);
        FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        FloatVector largestOther = max;
        FloatVector ofLabel = FloatVector.zero(FLOATS);
        IntVector predicted = IntVector.zero(INTS);
        IntVector clazz = IntVector.zero(INTS);
        for (int at = 0; at < size; at += LANES) {
            FloatVector x = FloatVector.fromArray(FLOATS, logits, at);
            VectorMask<Integer> isLabel = labels.eq(clazz);
            predicted = predicted.blend(clazz, x.compare(VectorOperators.GT, max).cast(INTS));
            max = max.max(x);
            largestOther = largestOther.blend(largestOther.max(x), isLabel.not().cast(FLOATS));
            ofLabel = ofLabel.blend(x, isLabel.cast(FLOATS));
            clazz = clazz.add(1);
        }
        FloatVector margin = ofLabel.sub(largestOther);
        predicted.intoArray(block.predicted(), row);
        margin.intoArray(block.margins(), row);
        max.intoArray(block.probabilities(), row);
        ofLabel.sub(max).intoArray(block.losses(), row);
    }

    /** Computes the scores that need the softmax. */
    private static void softmax(LogitBlock block, int row) {
        float[] logits = block.scratch();
        int size = block.classes() * LANES;
        IntVector labels = IntVector.fromArray(INTS, block.labels(), row);
        FloatVector max = FloatVector.fromArray(FLOATS, block.probabilities(), row);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int at = 0; at < size; at += LANES) {
            FloatVector e = exponential(FloatVector.fromArray(FLOATS, logits, at).sub(max));
            e.intoArray(logits, size + at);
            sum = sum.add(e);
        }
        FloatVector scale = FloatVector.broadcast(FLOATS, 1).div(sum);
        FloatVector squares = FloatVector.zero(FLOATS);
        FloatVector probability = squares;
        IntVector clazz = IntVector.zero(INTS);
        for (int at = size; at < 2 * size; at += LANES) {
            VectorMask<Float> isLabel = labels.eq(clazz).cast(FLOATS);
            FloatVector p = FloatVector.fromArray(FLOATS, logits, at).mul(scale);
            probability = probability.blend(p, isLabel);
            FloatVector error = p.blend(p.sub(1), isLabel);
            squares = error.fma(error, squares);
            clazz = clazz.add(1);
        }
        FloatVector margin = FloatVector.fromArray(FLOATS, block.margins(), row);
        FloatVector unknown = margin.sub(margin); // NaN where the margin is not finite, else 0
        squares.sqrt().add(unknown).intoArray(block.el2n(), row);
        probability.add(unknown).intoArray(block.probabilities(), row);
        logarithm(sum).sub(FloatVector.fromArray(FLOATS, block.losses(), row)).add(unknown).intoArray(block.losses(),
                row);
    }

    /** Computes {@link FloatFunctions#exponential} in every lane. */
    private static FloatVector exponential(FloatVector x) {
        FloatVector clamped = x.max(FloatFunctions.SMALLEST);
        FloatVector rounder = FloatVector.broadcast(FLOATS, FloatFunctions.ROUNDER);
        FloatVector shifted = clamped.fma(FloatVector.broadcast(FLOATS, FloatFunctions.LOG2_E), rounder);
        FloatVector n = shifted.sub(rounder);
        FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -FloatFunctions.LN2_HIGH), clamped);
        r = n.fma(FloatVector.broadcast(FLOATS, -FloatFunctions.LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(FLOATS, FloatFunctions.exponentialTerm(0));
        for (int i = 1; i < FloatFunctions.exponentialTerms(); i++) {
            p = p.fma(r, FloatVector.broadcast(FLOATS, FloatFunctions.exponentialTerm(i)));
        }
        p = p.fma(r.mul(r), r.add(1));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, FloatFunctions.MANTISSA);
        return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }

    /** Computes {@link FloatFunctions#logarithm} in every lane. */
    private static FloatVector logarithm(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector exponent = bits.sub(FloatFunctions.HALF_ROOT).lanewise(VectorOperators.ASHR,
                FloatFunctions.MANTISSA);
        FloatVector e = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
        FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, FloatFunctions.MANTISSA))
                .reinterpretAsFloats().sub(1);
        FloatVector square = f.mul(f);
        FloatVector p = FloatVector.broadcast(FLOATS, FloatFunctions.logarithmTerm(0));
        for (int i = 1; i < FloatFunctions.logarithmTerms(); i++) {
            p = p.fma(f, FloatVector.broadcast(FLOATS, FloatFunctions.logarithmTerm(i)));
        }
        FloatVector y = e.fma(FloatVector.broadcast(FLOATS, FloatFunctions.LN2_LOW), p.mul(f.mul(square)));
        FloatVector low = f.add(square.fma(FloatVector.broadcast(FLOATS, -0.5f), y));
        return e.fma(FloatVector.broadcast(FLOATS, FloatFunctions.LN2_HIGH), low);
    }
}
