package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.simd.winograd.PointMatrices;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.WorkerOp;

/**
 * The products of Winograd's convolution, one matrix product for each point: forward
 * {@code outputs = inputs * weights}, for the gradient {@code weights = transpose(inputs) * outputs}.
 */
public interface WinogradProducts {
    /** Returns the matrices of tiles by input channels. */
    PointMatrices inputs();

    /** Returns the matrices of tiles by output channels. */
    PointMatrices outputs();

    /** Returns the matrices of input channels by output channels. */
    PointMatrices weights();

    /**
     * Makes the call that computes one of the three from the others.
     *
     * @param plan plan of the worker that runs it
     * @param added whether the result is added to the present values; for gradients alone
     */
    WorkerOp multiply(WorkerPlan plan, ParameterMemory.Place inputs, ParameterMemory.Place outputs,
            ParameterMemory.Place weights, boolean added);
}
