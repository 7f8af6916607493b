package dev.lethe.train;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Access to the gradients of a batch, and to the parameters that they will change, by the parameters' names: {@code
 * conv1.weight}, as in {@link Trainer#weights}. Gradients of a batch in parts ({@link UpdateOptions#withParts}) are
 * those of the whole batch. Only for use within a hook, by the thread that calls it.
 */
public final class GradientAccess {
    private final Program program;
    private final Map<String, Pair> pairs = new LinkedHashMap<>(); // by the parameter's name, in order of the layers
    private final List<String> names;

    private record Pair(Tensor parameter, Tensor gradient) {}

    GradientAccess(Program program, List<OptimizerOp.Slot> slots) {
        this.program = program;
        slots.forEach(slot -> pairs.put(slot.parameter().name(),
                new Pair(slot.parameter(), slot.summed().gradient())));
        names = List.copyOf(pairs.keySet());
    }

    /** Returns the names of the parameters that are trained, in the order of the layers. */
    public List<String> names() {
        return names;
    }

    /**
     * Returns the shape of a parameter and its gradient.
     *
     * @throws IllegalArgumentException when no parameter of that name is trained
     */
    public List<Integer> shape(String name) {
        return pair(name).parameter.shape().dims();
    }

    /**
     * Returns a copy of a gradient, row-major in its shape.
     *
     * @throws IllegalArgumentException when no parameter of that name is trained
     */
    public float[] read(String name) {
        return program.read(pair(name).gradient);
    }

    /**
     * Replaces a gradient.
     *
     * @param values values, row-major in its shape
     * @throws IllegalArgumentException when no parameter of that name is trained, or it has another number of elements
     */
    public void write(String name, float[] values) {
        Tensor gradient = pair(name).gradient;
        if (values.length != gradient.shape().elements()) {
            throw new IllegalArgumentException("got length=" + values.length + " for the gradient of " + name
                    + ", which has shape=" + shape(name) + ": give " + gradient.shape().elements() + " values");
        }
        program.write(gradient, values);
    }

    /**
     * Returns a copy of a parameter before the update, row-major in its shape.
     *
     * @throws IllegalArgumentException when no parameter of that name is trained
     */
    public float[] parameter(String name) {
        return program.read(pair(name).parameter);
    }

    private Pair pair(String name) {
        Pair pair = pairs.get(Objects.requireNonNull(name, "name"));
        if (pair == null) {
            throw new IllegalArgumentException("no parameter '" + name + "' is trained: choose one of " + names);
        }
        return pair;
    }
}
