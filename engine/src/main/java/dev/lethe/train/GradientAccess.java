package dev.lethe.train;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.Tensor;
import java.util.List;

/** The gradients of a batch, one tensor a parameter in the order of the layers. Only for use within a hook. */
public final class GradientAccess {
    private final Program program;
    private final List<Tensor> gradients;

    GradientAccess(Program program, List<OptimizerOp.Slot> slots) {
        this.program = program;
        gradients = slots.stream().map(slot -> slot.summed().gradient()).toList();
    }

    /** How many there are. */
    public int count() {
        return gradients.size();
    }

    /** One of them, in its logical layout; a copy. */
    public float[] read(int index) {
        return program.read(gradients.get(index));
    }

    /** Replaces one of them. */
    public void write(int index, float[] values) {
        program.write(gradients.get(index), values);
    }
}
