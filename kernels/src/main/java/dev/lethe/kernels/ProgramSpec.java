package dev.lethe.kernels;

import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Plans that share their parameters: typically one training step for full batches, one for the partial last batch, and
 * an evaluation. A backend chooses the layout of parameters for the first plan.
 *
 * @param plans plans with unique names; tensors of one name are equal
 * @param convolutions choice of the algorithms of the convolutions
 */
public record ProgramSpec(List<PlanSpec> plans, ConvolutionChoice convolutions) {
    /** Makes a program with direct convolutions. */
    public ProgramSpec(List<PlanSpec> plans) {
        this(plans, ConvolutionChoice.DIRECT);
    }

    /** Refuses impossible values by a sentence that names them. */
    public ProgramSpec {
        plans = List.copyOf(plans);
        if (plans.isEmpty()) {
            throw new IllegalArgumentException("a program needs at least one plan");
        }
        Set<String> names = new HashSet<>();
        Map<String, Tensor> tensors = new HashMap<>();
        for (PlanSpec plan : plans) {
            for (PlanSpec part : plan.parts()) {
                if (!names.add(part.name())) {
                    throw new IllegalArgumentException("two plans are named " + part.name());
                }
            }
            for (Tensor tensor : plan.tensors()) {
                Tensor other = tensors.putIfAbsent(tensor.name(), tensor);
                if (other != null && !other.equals(tensor)) {
                    throw new IllegalArgumentException("two tensors have one name: " + other + " and " + tensor);
                }
            }
        }
    }

    /** Returns the types of activations. */
    public Set<DType> activationTypes() {
        return tensors().stream().filter(tensor -> tensor.role() == Tensor.Role.ACTIVATION).map(Tensor::dtype)
                .collect(Collectors.toSet());
    }

    /** Returns every tensor of the plans, in order of first use. */
    public Set<Tensor> tensors() {
        return plans.stream().flatMap(plan -> plan.tensors().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
