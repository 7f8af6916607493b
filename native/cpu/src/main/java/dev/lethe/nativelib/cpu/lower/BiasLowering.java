package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.simd.BiasGradientPass;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;

/**
 * The lowering of the gradient of a bias alone, on one worker's slice: oneDNN computes it only together with that of
 * the weights.
 */
public final class BiasLowering {
    private BiasLowering() {}

    static LoweredOp backward(ConvolutionOp.BackwardBias op, ParameterMemory parameters) {
        return new PassLowering(plan -> sums(plan, parameters, op.outputGradient(), op.biasGradient()));
    }

    /** Makes the pass, also for lowerings that compute the gradient of the weights without oneDNN. */
    public static WorkerOp sums(WorkerPlan plan, ParameterMemory parameters, Tensor outputGradient,
            Tensor biasGradient) {
        int channels = biasGradient.shape().dim(0);
        BiasGradientPass pass = new BiasGradientPass(channels, outputGradient.dtype());
        MemorySegment memory = plan.memory();
        long from = plan.offset(outputGradient);
        long pixels = outputGradient.shape().elementsPerExample() / channels * plan.slice().examples();
        ParameterMemory.Place bias = parameters.partial(biasGradient, plan.slice().worker());
        return (_, _) -> pass.run(memory, from, pixels, bias.block(), bias.offset());
    }
}
