package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.Tensor;
import java.util.List;

/**
 * End of the first part of a plan. The operations that follow are a plan of their own, which shares the memory of the
 * part before it: the caller runs it next, at the same position, before any other plan of the program. In between the
 * caller may read activations of the whole plan that none of its operations reads, and write those that none writes.
 *
 * @param rest name of the plan of the operations that follow, unique in the program
 */
public record Pause(String rest) implements Op {
    @Override
    public List<Tensor> reads() {
        return List.of();
    }

    @Override
    public List<Tensor> writes() {
        return List.of();
    }
}
