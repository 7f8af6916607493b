package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;

/**
 * The parameters and states of a batch normalisation, each (C) in F32.
 *
 * @param scale gamma, a parameter
 * @param shift beta, a parameter
 * @param runningMean a state
 * @param runningVariance a state
 */
public record BatchNormTensors(Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance) {
    /** Refuses impossible values by a sentence that names them. */
    public BatchNormTensors {
        for (Tensor parameter : List.of(scale, shift)) {
            OpChecks.require(parameter.role() == Role.PARAMETER, "not a parameter", parameter);
        }
        for (Tensor state : List.of(runningMean, runningVariance)) {
            OpChecks.require(state.role() == Role.STATE, "not a state", state);
        }
        for (Tensor tensor : List.of(scale, shift, runningMean, runningVariance)) {
            OpChecks.require(tensor.shape().rank() == 1 && tensor.dtype() == DType.F32, "not F32 of (C)", tensor);
            OpChecks.requireShape(tensor, scale.shape());
        }
    }

    /** Returns the number of channels. */
    public int channels() {
        return scale.shape().dim(0);
    }

    List<Tensor> all() {
        return List.of(scale, shift, runningMean, runningVariance);
    }
}
