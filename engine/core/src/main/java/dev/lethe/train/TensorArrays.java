package dev.lethe.train;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.train.checkpoint.NamedArray;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Conversion between tensors of a program and arrays of a checkpoint. */
final class TensorArrays {
    private TensorArrays() {}

    static Map<String, NamedArray> read(Program program, List<Tensor> tensors) {
        return NamedArray.byName(tensors.stream()
                .map(tensor -> NamedArray.of(tensor.name(), tensor.shape().dims(), program.read(tensor))).toList());
    }

    /**
     * Verifies that there is an array for each tensor.
     *
     * @throws IllegalArgumentException when one is missing or has another shape
     */
    static void requireAll(List<Tensor> tensors, Map<String, NamedArray> arrays) {
        for (Tensor tensor : tensors) {
            NamedArray array = arrays.get(tensor.name());
            if (array == null || !array.shape().equals(tensor.shape().dims())) {
                throw new IllegalArgumentException("the network needs " + tensor + ", there is "
                        + (array == null ? "nothing of that name" : "one of shape " + array.shape())
                        + ": these are weights of another network");
            }
        }
    }

    /** Writes the arrays of tensors, which are all there ({@link #requireAll}). */
    static void write(Program program, List<Tensor> tensors, Map<String, NamedArray> arrays) {
        tensors.forEach(tensor -> program.write(tensor,
                Objects.requireNonNull(arrays.get(tensor.name()), tensor.name()).floats()));
    }
}
