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
 * The tensors of a program that belong together: a parameter, its gradient, the sum of its gradients, the states that
 * an optimizer keeps for it, and its average. They have one shape, and a backend may give them one layout.
 */
public final class ParameterFamilies {
    private final Map<Tensor, Tensor> parameters = new HashMap<>();
    private final Map<Tensor, Integer> stateIndices = new HashMap<>();
    private final Set<Tensor> sums = new HashSet<>();
    private final Set<Tensor> averages = new HashSet<>();

    /** Finds the families of a program. */
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

    /** Tells whether a tensor lives as long as its program, in the backend's own memory. */
    public static boolean isPersistent(Tensor tensor) {
        return tensor.role() == Role.PARAMETER || tensor.role() == Role.GRADIENT || tensor.role() == Role.STATE;
    }

    /**
     * Returns the parameter, or running statistic, that a tensor belongs to; the tensor itself if it belongs to none.
     */
    public Tensor parameter(Tensor tensor) {
        return parameters.getOrDefault(tensor, tensor);
    }

    /** Tells whether a tensor is a state that an optimizer keeps: see {@link #stateIndex}. */
    public boolean isOptimizerState(Tensor tensor) {
        return stateIndices.containsKey(tensor);
    }

    /** Returns the number, from 0, of a state among those that an optimizer keeps for the same parameter. */
    public int stateIndex(Tensor tensor) {
        return Objects.requireNonNull(stateIndices.get(tensor), "an optimizer keeps it");
    }

    /** Returns the largest number of states that an optimizer keeps for one parameter. */
    public int states() {
        return stateIndices.values().stream().mapToInt(index -> index + 1).max().orElse(0);
    }

    /** Tells whether a tensor is a sum of gradients over the parts of a batch. */
    public boolean isGradientSum(Tensor tensor) {
        return sums.contains(tensor);
    }

    /** Tells whether the program has sums of gradients. */
    public boolean hasGradientSums() {
        return !sums.isEmpty();
    }

    /** Tells whether a tensor is an average of values over steps. */
    public boolean isAverage(Tensor tensor) {
        return averages.contains(tensor);
    }

    /** Tells whether the program has averages. */
    public boolean hasAverages() {
        return !averages.isEmpty();
    }
}
