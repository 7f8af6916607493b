package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.ExampleRecorder;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import java.lang.foreign.MemorySegment;

/**
 * Softmax cross-entropy, the gradient of its mean, and the scores of each presentation. For the logits z of one
 * presentation and its label t, with K classes, label smoothing a, the mean over B examples and the presentation's
 * weight w, which is 1 without weights:
 *
 * <pre>
 * forward   logSum      = max(z) + log(sum over c of exp(z[c] - max(z)))
 *           p[c]        = exp(z[c] - logSum)
 *           loss        = logSum - z[t]
 *           predicted   = the lowest c with z[c] = max(z); -1 if a logit is NaN
 *           correct     = [predicted = t]
 *           margin      = z[t] - max over c != t of z[c]
 *           el2n        = sqrt(sum over c of (p[c] - [c = t])^2)
 *           probability = p[t]
 * backward  dz[c]       = w * (p[c] - (1 - a) * [c = t] - a / K) / B
 * </pre>
 *
 * The scores judge by the label alone: smoothing and weights change the gradient only. Shapes: z and dz (N, K), labels
 * (examples), order, weights and every column of predictions (presentations).
 */
final class ReferenceLoss {
    private ReferenceLoss() {}

    /**
     * Writes the scores of the presentations of a batch and, if asked for, the gradient of its logits.
     *
     * @param position row of the order, and of the predictions, at which the batch begins
     */
    static void run(ReferenceProgram program, SoftmaxCrossEntropy op, int position) {
        double[] logits = program.values(op.logits()); // (N, classes)
        MemorySegment order = program.memory(op.order()); // (presentations), example ids
        MemorySegment labels = program.memory(op.labels()); // (examples), classes
        int batch = op.logits().shape().dim(0);
        int classes = op.logits().shape().dim(1);
        double[] softmax = new double[classes]; // (classes)
        for (int n = 0; n < batch; n++) {
            int row = n * classes;
            int label = labels.getAtIndex(JAVA_INT, order.getAtIndex(JAVA_INT, position + n));
            double logSum = logSumExp(logits, row, classes);
            for (int c = 0; c < classes; c++) {
                softmax[c] = Math.exp(logits[row + c] - logSum);
            }
            report(program, op.predictions(), position + n, logits, row, softmax, label, logSum);
            record(program, op, position + n);
            if (op.logitsGradient().isPresent()) {
                double[] gradient = program.values(op.logitsGradient().get()); // (N, classes)
                double weight = weight(program, op, position + n);
                for (int c = 0; c < classes; c++) {
                    double target = (c == label ? 1.0 - op.labelSmoothing() : 0)
                            + (double) op.labelSmoothing() / classes;
                    gradient[row + c] = weight * ((softmax[c] - target) / op.meanOver());
                }
            }
        }
    }

    private static double weight(ReferenceProgram program, SoftmaxCrossEntropy op, int presentation) {
        return op.weights().isPresent()
                ? program.memory(op.weights().get()).getAtIndex(JAVA_FLOAT, presentation)
                : 1;
    }

    /** Adds a presentation whose scores are written to the tables of examples, if there are any. */
    private static void record(ReferenceProgram program, SoftmaxCrossEntropy op, int presentation) {
        op.tables().ifPresent(tables -> {
            Predictions from = op.predictions();
            new ExampleRecorder(program.memory(tables.seen()), program.memory(tables.correct()),
                    program.memory(tables.sums()))
                    .add(program.memory(op.order()).getAtIndex(JAVA_INT, presentation),
                            program.memory(from.correct()).getAtIndex(JAVA_INT, presentation) != 0,
                            program.memory(from.margin()).getAtIndex(JAVA_FLOAT, presentation),
                            program.memory(from.el2n()).getAtIndex(JAVA_FLOAT, presentation),
                            program.memory(from.probability()).getAtIndex(JAVA_FLOAT, presentation),
                            program.memory(from.loss()).getAtIndex(JAVA_FLOAT, presentation));
        });
    }

    /** Returns {@code max(z) + log(sum of exp(z - max(z)))} of a row of logits: no exponential overflows. */
    private static double logSumExp(double[] logits, int row, int classes) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, logits[row + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(logits[row + c] - max);
        }
        return max + Math.log(sum);
    }

    /**
     * Writes the scores of one presentation.
     *
     * @param presentation row of the predictions
     * @param row index of the presentation's first logit
     * @param softmax (classes)
     */
    private static void report(ReferenceProgram program, Predictions to, int presentation, double[] logits, int row,
            double[] softmax, int label, double logSum) {
        int predicted = 0;
        double largestOther = Double.NEGATIVE_INFINITY;
        double squares = 0;
        boolean nan = false;
        for (int c = 0; c < softmax.length; c++) {
            nan |= Double.isNaN(logits[row + c]);
            if (logits[row + c] > logits[row + predicted]) {
                predicted = c;
            }
            if (c != label) {
                largestOther = Math.max(largestOther, logits[row + c]);
            }
            double error = softmax[c] - (c == label ? 1 : 0);
            squares += error * error;
        }
        predicted = nan ? -1 : predicted;
        program.memory(to.predicted()).setAtIndex(JAVA_INT, presentation, predicted);
        program.memory(to.correct()).setAtIndex(JAVA_INT, presentation, predicted == label ? 1 : 0);
        program.memory(to.margin()).setAtIndex(JAVA_FLOAT, presentation, (float) (logits[row + label] - largestOther));
        program.memory(to.el2n()).setAtIndex(JAVA_FLOAT, presentation, (float) Math.sqrt(squares));
        program.memory(to.probability()).setAtIndex(JAVA_FLOAT, presentation, (float) softmax[label]);
        program.memory(to.loss()).setAtIndex(JAVA_FLOAT, presentation, (float) (logSum - logits[row + label]));
    }
}
