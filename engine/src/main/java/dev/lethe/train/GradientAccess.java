package dev.lethe.train;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.Tensor;
import java.util.List;

/**
 * Access to the gradients of a batch, a tensor for each parameter in the order of the layers. Only for use within a
 * hook.
 */
public final class GradientAccess {
    private final Program program;
    private final List<Tensor> gradients;

    GradientAccess(Program program, List<OptimizerOp.Slot> slots) {
        this.program = program;
        gradients = slots.stream().map(slot -> slot.summed().gradient()).toList();
    }

    /** Returns the number of gradients. */
    public int count() {
        return gradients.size();
    }

    /** Returns a copy of a gradient, in its logical layout. */
    public float[] read(int index) {
        return program.read(gradients.get(index));
    }

    /** Replaces a gradient. */
    public void write(int index, float[] values) {
        program.write(gradients.get(index), values);
    }
}
