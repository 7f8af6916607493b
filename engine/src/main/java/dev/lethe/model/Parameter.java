package dev.lethe.model;

import dev.lethe.kernels.DType;
import dev.lethe.kernels.Op;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.Tensor.Role;

/**
 * A parameter of a layer with what training needs for it.
 *
 * @param slot the parameter, its gradient and its momentum
 * @param initial its first values
 * @param fanIn inputs that one output of the layer sums up
 * @param fanOut outputs that one input of the layer goes into
 * @param trained whether training changes it
 */
record Parameter(Op.SgdStep.Slot slot, Initial initial, double fanIn, double fanOut, boolean trained) {
    static Parameter of(String name, Shape shape, Initial initial, double fanIn, double fanOut, boolean trained) {
        return new Parameter(new Op.SgdStep.Slot(new Tensor(name, Role.PARAMETER, DType.F32, shape),
                new Tensor(name + ".gradient", Role.GRADIENT, DType.F32, shape),
                new Tensor(name + ".momentum", Role.STATE, DType.F32, shape), true), initial, fanIn, fanOut, trained);
    }

    Tensor tensor() {
        return slot.parameter();
    }

    Tensor gradient() {
        return slot.gradient();
    }

    float[] initialValues(long seed, int index) {
        return initial.values(tensor().shape(), fanIn, fanOut, seed, index);
    }
}
