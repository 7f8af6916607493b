package dev.lethe.model;

import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.function.Supplier;

/**
 * A parameter of a layer with what training needs for it.
 *
 * @param slot the parameter and its gradient
 * @param initial its first values
 * @param fanIn inputs that one output of the layer sums up
 * @param fanOut outputs that one input of the layer goes into
 * @param trained whether training changes it
 */
record Parameter(OptimizerOp.Slot slot, Initial initial, double fanIn, double fanOut, boolean trained) {
    static Parameter of(String name, Shape shape, Initial initial, double fanIn, double fanOut, boolean trained) {
        return new Parameter(new OptimizerOp.Slot(new Tensor(name, Role.PARAMETER, DType.F32, shape),
                new Tensor(name + ".gradient", Role.GRADIENT, DType.F32, shape), ParameterGroup.DEFAULT), initial,
                fanIn, fanOut, trained);
    }

    /** The same in another group. */
    Parameter in(ParameterGroup group) {
        return new Parameter(new OptimizerOp.Slot(tensor(), gradient(), group), initial, fanIn, fanOut, trained);
    }

    Tensor tensor() {
        return slot.parameter();
    }

    Tensor gradient() {
        return slot.gradient();
    }

    float[] initialValues(long seed, int index, Supplier<ImageSample> images) {
        return initial.values(new Initial.Layout(tensor().shape(), fanIn, fanOut), seed, index, images);
    }
}
