package dev.lethe.kernels;

import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OpChecks;
import dev.lethe.kernels.op.Pause;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A list of operations that run one after the other on one batch.
 *
 * @param name name of the plan, unique in a program: {@code train}, {@code evaluate}
 * @param batch number of examples of a run: the first extent of every activation
 * @param ops operations in the order in which they run; a {@link Pause} among them divides the plan
 */
public record PlanSpec(String name, int batch, List<Op> ops) {
    /** Refuses impossible values by a sentence that names them. */
    public PlanSpec {
        ops = List.copyOf(ops);
        if (batch < 1) {
            throw new IllegalArgumentException("plan " + name + " has batch=" + batch + ": it must be at least 1");
        }
        for (Op op : ops) {
            Stream.concat(op.reads().stream(), op.writes().stream()).filter(t -> t.role() == Role.ACTIVATION)
                    .forEach(t -> {
                        OpChecks.require(t.shape().dim(0) == batch, "plan " + name + " has batch=" + batch, t);
                        OpChecks.require(t.dtype() == DType.F32 || t.dtype() == DType.BF16,
                                "activations are F32 or BF16", t);
                    });
        }
    }

    /**
     * Returns the plans that the program has of these operations: the plan itself, or the parts between its {@linkplain
     * Pause pauses}, of which the first has its name.
     */
    public List<PlanSpec> parts() {
        List<PlanSpec> parts = new ArrayList<>();
        String part = name;
        int first = 0;
        for (int i = 0; i < ops.size(); i++) {
            if (ops.get(i) instanceof Pause pause) {
                parts.add(new PlanSpec(part, batch, ops.subList(first, i)));
                part = pause.rest();
                first = i + 1;
            }
        }
        parts.add(new PlanSpec(part, batch, ops.subList(first, ops.size())));
        return List.copyOf(parts);
    }

    /** Returns every tensor that an operation of the plan uses, in order of first use. */
    public Set<Tensor> tensors() {
        return ops.stream().flatMap(op -> Stream.concat(op.reads().stream(), op.writes().stream()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
