package dev.lethe.kernels;

import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which tensors of a program belong together: a parameter with its gradient, the sum of gradients, what an optimizer
 * keeps for it, and its average. They have one shape, and a backend may give them one layout.
 */
public final class ParameterFamilies {
    private final Map<Tensor, Tensor> parameters = new HashMap<>();
    private final Map<Tensor, Integer> stateIndices = new HashMap<>();
    private final Set<Tensor> sums = new HashSet<>();
    private final Set<Tensor> averages = new HashSet<>();

    /** The families of a program. */
    public ParameterFamilies(ProgramSpec spec) {
        spec.plans().stream().flatMap(plan -> plan.ops().stream()).forEach(this::join);
    }

    private void join(Op op) {
        switch (op) {
            case OptimizerOp.Update update -> update.slots().forEach(slot -> {
                parameters.put(slot.gradient(), slot.parameter());
                for (Tensor state : slot.states(update.optimizer())) {
                    parameters.put(state, slot.parameter());
                    stateIndices.put(state, slot.states(update.optimizer()).indexOf(state));
                }
            });
            case OptimizerOp.Accumulate accumulate -> accumulate.slots().forEach(this::joinSum);
            case OptimizerOp.Clear clear -> clear.slots().forEach(this::joinSum);
            case OptimizerOp.Average average -> average.tensors().forEach(this::joinAverage);
            case OptimizerOp.Lookahead lookahead -> lookahead.tensors().forEach(this::joinAverage);
            case OptimizerOp.Swap swap -> swap.tensors().forEach(this::joinAverage);
            default -> {
                /* belongs to no parameter */ }
        }
    }

    private void joinSum(OptimizerOp.Slot slot) {
        parameters.put(slot.gradient(), slot.parameter());
        parameters.put(slot.summed().gradient(), slot.parameter());
        sums.add(slot.summed().gradient());
    }

    private void joinAverage(OptimizerOp.Averaged tensor) {
        parameters.put(tensor.average(), tensor.value());
        averages.add(tensor.average());
    }

    /** Whether a tensor lives as long as its program, in the backend's own memory. */
    public static boolean isPersistent(Tensor tensor) {
        return tensor.role() == Role.PARAMETER || tensor.role() == Role.GRADIENT || tensor.role() == Role.STATE;
    }

    /** The parameter, or running statistic, that a tensor belongs to; the tensor itself where it belongs to none. */
    public Tensor parameter(Tensor tensor) {
        return parameters.getOrDefault(tensor, tensor);
    }

    /** Whether it is one of those that an optimizer keeps: see {@link #stateIndex}. */
    public boolean isOptimizerState(Tensor tensor) {
        return stateIndices.containsKey(tensor);
    }

    /** Which of those that an optimizer keeps for its parameter it is, from 0. */
    public int stateIndex(Tensor tensor) {
        return Objects.requireNonNull(stateIndices.get(tensor), "an optimizer keeps it");
    }

    /** How many an optimizer keeps for a parameter, at most. */
    public int states() {
        return stateIndices.values().stream().mapToInt(index -> index + 1).max().orElse(0);
    }

    /** Whether it is a sum of gradients over the parts of a batch. */
    public boolean isGradientSum(Tensor tensor) {
        return sums.contains(tensor);
    }

    /** Whether there are any. */
    public boolean hasGradientSums() {
        return !sums.isEmpty();
    }

    /** Whether it is a moving average. */
    public boolean isAverage(Tensor tensor) {
        return averages.contains(tensor);
    }

    /** Whether there are any. */
    public boolean hasAverages() {
        return !averages.isEmpty();
    }
}
