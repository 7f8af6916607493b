package dev.lethe.kernels;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;

/** Short names for the tensors of tests. */
final class Tensors {
    private Tensors() {}

    static Tensor activation(String name, int... dims) {
        return new Tensor(name, Role.ACTIVATION, DType.F32, Shape.of(dims));
    }

    static Tensor parameter(String name, Shape shape) {
        return new Tensor(name, Role.PARAMETER, DType.F32, shape);
    }

    static Tensor gradient(String name, Shape shape) {
        return new Tensor(name, Role.GRADIENT, DType.F32, shape);
    }

    static Tensor state(String name, Shape shape) {
        return new Tensor(name, Role.STATE, DType.F32, shape);
    }

    static Tensor data(String name, DType dtype, int... dims) {
        return new Tensor(name, Role.DATA, dtype, Shape.of(dims));
    }
}
