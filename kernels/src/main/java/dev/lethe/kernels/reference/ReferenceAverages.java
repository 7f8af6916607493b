package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.OptimizerOp;

/**
 * Averages of parameters over steps: moving averages and Lookahead's slow weights. In the formulas v is a value and a
 * its average, two arrays of one shape, element by element.
 */
final class ReferenceAverages {
    private ReferenceAverages() {}

    /** Computes {@code a = d * a + (1 - d) * v} with the decay d in [0, 1). */
    static void update(ReferenceProgram program, OptimizerOp.Average op) {
        for (OptimizerOp.Averaged tensor : op.tensors()) {
            double[] values = program.values(tensor.value());
            double[] averages = program.values(tensor.average());
            for (int i = 0; i < values.length; i++) {
                averages[i] = op.decay() * averages[i] + (1 - op.decay()) * values[i];
            }
        }
    }

    /**
     * Synchronises Lookahead's fast weights v and slow weights a: {@code a = a + s * (v - a); v = a}.
     *
     * @param step index of the share s in the table of shares, whose shape is (synchronisations)
     */
    static void synchronize(ReferenceProgram program, OptimizerOp.Lookahead op, int step) {
        double share = program.memory(op.shares()).getAtIndex(JAVA_FLOAT, step);
        for (OptimizerOp.Averaged tensor : op.tensors()) {
            double[] values = program.values(tensor.value());
            double[] averages = program.values(tensor.average());
            for (int i = 0; i < values.length; i++) {
                averages[i] += share * (values[i] - averages[i]);
                values[i] = averages[i];
            }
        }
    }

    /** Exchanges values and averages: {@code (v, a) = (a, v)}. */
    static void swap(ReferenceProgram program, OptimizerOp.Swap op) {
        for (OptimizerOp.Averaged tensor : op.tensors()) {
            double[] values = program.values(tensor.value());
            double[] averages = program.values(tensor.average());
            for (int i = 0; i < values.length; i++) {
                double value = values[i];
                values[i] = averages[i];
                averages[i] = value;
            }
        }
    }
}
