package dev.lethe.kernels.reference;

import dev.lethe.kernels.OptimizerOp;

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
