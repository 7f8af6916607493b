package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * A pass of softmax cross-entropy: the gradient of the mean loss and the scores of each example (see
 * {@link dev.lethe.kernels.op.Predictions}). It takes a vector of examples at a time, one in each lane, in any layout,
 * since few classes would leave lanes empty and need masks. The results of an example do not depend on its neighbours
 * or on the number of lanes. Confined to one thread: it holds scratch memory.
 */
public final class LossPass {
    /**
     * The place of rows of logits, or of their gradient.
     *
     * @param bfloat16 whether its elements are bfloat16s, not floats
     * @param example bytes from an example to the next
     * @param clazz bytes from a class to the next
     */
    private record Place(boolean bfloat16, long example, long clazz) {
        static Place rows(DType elements, int classes) {
            long size = Elements.bytes(Elements.isBFloat16(elements));
            return new Place(Elements.isBFloat16(elements), classes * size, size);
        }
    }

    private static final Place BATCH_LAST = new Place(false, Floats.BYTES, BatchBlock.ELEMENT);

    private final int classes;
    private final Place from;
    private final Place to;
    private final boolean padded;
    private final float gradientScale;
    private final float smoothing; // of the gradient: what the label's class gets back, and all classes give
    private boolean weighted; // whether gradients have factors
    private final float[] weights = new float[LANES]; // (LANES): factors of gradients
    private final int[] labels = new int[LANES]; // (LANES): each of these arrays has an example in each lane
    private final float[] logits; // (classes, LANES)
    private final float[] values; // (classes, LANES): exponentials, probabilities, errors, then the gradient
    private final float[] max = new float[LANES]; // (LANES): largest logit
    private final float[] largestOther = new float[LANES]; // (LANES): largest logit of another class
    private final float[] sum = new float[LANES]; // (LANES): sum of the exponentials
    private final float[] scale = new float[LANES]; // (LANES): factors that make probabilities of exponentials
    private final float[] squares = new float[LANES]; // (LANES): sum of squared errors
    private MemorySegment predictedTo = MemorySegment.NULL; // (rows) int32, like the next, by presentation
    private MemorySegment correctTo = MemorySegment.NULL; // (rows) int32
    private MemorySegment marginTo = MemorySegment.NULL; // (rows) float32, in logits
    private MemorySegment el2nTo = MemorySegment.NULL; // (rows) float32
    private MemorySegment probabilityTo = MemorySegment.NULL; // (rows) float32
    private MemorySegment lossTo = MemorySegment.NULL; // (rows) float32, in nats

    /**
     * Makes a pass over logits of one layout.
     *
     * @param classes number of logits of an example
     * @param batch number of examples that the mean loss is over
     * @param labelSmoothing share of the target that is spread evenly over all classes
     * @param from place of the logits
     * @param to place of the gradient
     * @param padded whether memory has room for whole vectors of examples; the gradient of those that pad is zero
     */
    private LossPass(int classes, int batch, float labelSmoothing, Place from, Place to, boolean padded) {
        this.classes = classes;
        this.from = from;
        this.to = to;
        this.padded = padded;
        gradientScale = 1f / batch;
        smoothing = labelSmoothing / batch;
        logits = new float[classes * LANES];
        values = new float[classes * LANES];
    }

    /**
     * Returns a pass over rows of logits, (N, classes).
     *
     * @param logits type of the logits
     * @param gradient type of their gradient
     */
    public static LossPass channelsLast(int classes, int batch, float labelSmoothing, DType logits, DType gradient) {
        return new LossPass(classes, batch, labelSmoothing, Place.rows(logits, classes), Place.rows(gradient, classes),
                false);
    }

    /** Returns a pass over one vector of a {@link BatchBlock} at a time. */
    public static LossPass batchLast(int classes, int batch, float labelSmoothing) {
        return new LossPass(classes, batch, labelSmoothing, BATCH_LAST, BATCH_LAST, true);
    }

    /**
     * Sets the columns that receive the results: those of {@link dev.lethe.kernels.op.Predictions}, a row for each
     * presentation.
     *
     * @param predicted (rows) int32
     * @param correct (rows) int32
     * @param margin (rows) float32
     * @param el2n (rows) float32
     * @param probability (rows) float32
     * @param loss (rows) float32
     */
    public void into(MemorySegment predicted, MemorySegment correct, MemorySegment margin, MemorySegment el2n,
            MemorySegment probability, MemorySegment loss) {
        predictedTo = predicted;
        correctTo = correct;
        marginTo = margin;
        el2nTo = el2n;
        probabilityTo = probability;
        lossTo = loss;
    }

    /**
     * Sets the label of the example in a lane, for the next {@link #run}.
     *
     * @param lane lane of the example
     * @param label class of the example, in [0, classes)
     */
    public void label(int lane, int label) {
        labels[lane] = label;
    }

    /**
     * Sets the factor of the gradient of the example in a lane, for the next {@link #run}; once one is set, all are.
     *
     * @param lane lane of the example
     * @param weight factor of its gradient
     */
    public void weight(int lane, float weight) {
        weighted = true;
        weights[lane] = weight;
    }

    /**
     * Handles up to a vector of examples, whose labels have been set.
     *
     * @param memory memory of logits and gradient
     * @param logitsAt first byte of the first example's logits
     * @param gradientAt first byte of its gradient; negative if none is wanted
     * @param row row of the columns for the first example's results
     * @param count number of examples, from 0, which only clears a padded gradient, to the lanes of a vector
     */
    public void run(MemorySegment memory, long logitsAt, long gradientAt, long row, int count) {
        load(memory, logitsAt, count);
        max(max);
        maxOfOthers(count);
        exponentials();
        errors(count, row);
        for (int n = 0; n < count; n++) {
            float logit = logits[labels[n] * LANES + n];
            int predicted = Float.isNaN(max[n]) ? -1 : first(max[n], n);
            predictedTo.setAtIndex(JAVA_INT, row + n, predicted);
            correctTo.setAtIndex(JAVA_INT, row + n, predicted == labels[n] ? 1 : 0);
            marginTo.setAtIndex(JAVA_FLOAT, row + n, logit - largestOther[n]);
            el2nTo.setAtIndex(JAVA_FLOAT, row + n, (float) Math.sqrt(squares[n]));
            lossTo.setAtIndex(JAVA_FLOAT, row + n, (float) StrictMath.log(sum[n]) - (logit - max[n]));
        }
        if (gradientAt >= 0) {
            if (weighted) {
                weigh();
            }
            store(memory, gradientAt, count);
        }
    }

    private void load(MemorySegment memory, long at, int count) {
        if (count < LANES) {
            Arrays.fill(logits, 0);
        }
        for (int n = 0; n < count; n++) {
            for (int c = 0; c < classes; c++) {
                logits[c * LANES + n] = Elements.get(from.bfloat16, memory, at + n * from.example + c * from.clazz);
            }
        }
    }

    /** Writes the largest logit of each example, or NaN if it has one. */
    private void max(float[] to) {
        FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < values.length; i += LANES) {
            largest = largest.max(FloatVector.fromArray(SPECIES, logits, i));
        }
        largest.intoArray(to, 0);
    }

    /** Writes the largest logit of each example without that of its label. */
    private void maxOfOthers(int count) {
        for (int n = 0; n < count; n++) {
            int label = labels[n] * LANES + n;
            values[n] = logits[label];
            logits[label] = Float.NEGATIVE_INFINITY;
        }
        max(largestOther);
        for (int n = 0; n < count; n++) {
            logits[labels[n] * LANES + n] = values[n];
        }
    }

    private int first(float value, int lane) {
        int c = 0;
        while (logits[c * LANES + lane] != value) {
            c++;
        }
        return c;
    }

    /** Computes e^(logit - max) of every class, and their sum. */
    private void exponentials() {
        FloatVector largest = FloatVector.fromArray(SPECIES, max, 0);
        for (int i = 0; i < values.length; i += LANES) {
            FloatVector.fromArray(SPECIES, logits, i).sub(largest).intoArray(values, i);
        }
        Exponential.inPlace(values);
        FloatVector all = FloatVector.zero(SPECIES);
        for (int i = 0; i < values.length; i += LANES) {
            all = all.add(FloatVector.fromArray(SPECIES, values, i));
        }
        all.intoArray(sum, 0);
        FloatVector.broadcast(SPECIES, 1).div(all).intoArray(scale, 0);
    }

    /** Computes the gradient, (softmax - one-hot) / batch, and the sum over the classes of (softmax - one-hot)^2. */
    private void errors(int count, long row) {
        FloatVector probability = FloatVector.fromArray(SPECIES, scale, 0);
        for (int i = 0; i < values.length; i += LANES) {
            FloatVector.fromArray(SPECIES, values, i).mul(probability).intoArray(values, i);
        }
        for (int n = 0; n < count; n++) {
            int label = labels[n] * LANES + n;
            probabilityTo.setAtIndex(JAVA_FLOAT, row + n, values[label]);
            values[label] -= 1;
        }
        FloatVector all = FloatVector.zero(SPECIES);
        for (int i = 0; i < values.length; i += LANES) {
            FloatVector error = FloatVector.fromArray(SPECIES, values, i);
            all = error.fma(error, all);
            error.mul(gradientScale).sub(smoothing / classes).intoArray(values, i);
        }
        for (int n = 0; n < count; n++) {
            values[labels[n] * LANES + n] += smoothing;
        }
        all.intoArray(squares, 0);
    }

    private void weigh() {
        FloatVector factors = FloatVector.fromArray(SPECIES, weights, 0);
        for (int i = 0; i < values.length; i += LANES) {
            FloatVector.fromArray(SPECIES, values, i).mul(factors).intoArray(values, i);
        }
    }

    private void store(MemorySegment memory, long at, int count) {
        for (int n = 0; n < (padded ? LANES : count); n++) {
            for (int c = 0; c < classes; c++) {
                Elements.set(to.bfloat16, memory, at + n * to.example + c * to.clazz,
                        n < count ? values[c * LANES + n] : 0);
            }
        }
    }
}
