package dev.lethe.model;

import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.function.Supplier;

/**
 * Parameter of a layer, with its gradient and initial values.
 *
 * @param slot parameter and its gradient
 * @param initial initial values
 * @param fanIn number of inputs that one output of the layer sums up
 * @param fanOut number of outputs that one input of the layer contributes to
 * @param trained whether training changes it
 */
record Parameter(OptimizerOp.Slot slot, Initial initial, double fanIn, double fanOut, boolean trained) {
    static Parameter of(String name, Shape shape, Initial initial, double fanIn, double fanOut, boolean trained) {
        return new Parameter(new OptimizerOp.Slot(new Tensor(name, Role.PARAMETER, DType.F32, shape),
                new Tensor(name + ".gradient", Role.GRADIENT, DType.F32, shape), ParameterGroup.DEFAULT), initial,
                fanIn, fanOut, trained);
    }

    /** Returns the parameter in another group of the optimizer. */
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
