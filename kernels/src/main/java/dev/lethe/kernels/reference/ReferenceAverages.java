package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.OptimizerOp;

/** Moving averages of values. */
final class ReferenceAverages {
    private ReferenceAverages() {}

    static void update(ReferenceProgram program, OptimizerOp.Average op) {
        for (OptimizerOp.Averaged tensor : op.tensors()) {
            double[] values = program.values(tensor.value());
            double[] averages = program.values(tensor.average());
            for (int i = 0; i < values.length; i++) {
                averages[i] = op.decay() * averages[i] + (1 - op.decay()) * values[i];
            }
        }
    }

    static void meet(ReferenceProgram program, OptimizerOp.Lookahead op, int step) {
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
