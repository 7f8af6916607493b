package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.simd.BiasGradientPass;
import java.lang.foreign.MemorySegment;

/** The gradient of a bias alone, of one worker's share: oneDNN makes it together with that of the weights only. */
final class BiasLowering {
    private BiasLowering() {}

    static Lowered backward(ConvolutionOp.BackwardBias op, ParameterMemory parameters) {
        return new PassLowering(plan -> sums(plan, parameters, op.outputGradient(), op.biasGradient()));
    }

    /** The pass itself, for who makes the gradient of the weights without oneDNN. */
    static WorkerOp sums(WorkerPlan plan, ParameterMemory parameters, Tensor outputGradient, Tensor biasGradient) {
        int channels = biasGradient.shape().dim(0);
        BiasGradientPass pass = new BiasGradientPass(channels, outputGradient.dtype());
        MemorySegment memory = plan.memory();
        long from = plan.offset(outputGradient);
        long pixels = outputGradient.shape().elementsPerExample() / channels * plan.share().examples();
        ParameterMemory.Place bias = parameters.partial(biasGradient, plan.share().worker());
        return (_, _) -> pass.run(memory, from, pixels, bias.block(), bias.offset());
    }
}
