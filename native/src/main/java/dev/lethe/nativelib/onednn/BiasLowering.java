package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.simd.BiasGradientPass;
import java.lang.foreign.MemorySegment;

/** The gradient of a bias alone, of one worker's share: oneDNN makes it together with that of the weights only. */
final class BiasLowering {
    private BiasLowering() {}

    static Lowered backward(ConvolutionOp.BackwardBias op, ParameterMemory parameters) {
        int channels = op.biasGradient().shape().dim(0);
        BiasGradientPass pass = new BiasGradientPass(channels, op.outputGradient().dtype());
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long outputGradient = plan.offset(op.outputGradient());
            long pixels = op.outputGradient().shape().elementsPerExample() / channels * plan.share().examples();
            ParameterMemory.Place bias = parameters.partial(op.biasGradient(), plan.share().worker());
            return (_, _) -> pass.run(memory, outputGradient, pixels, bias.block(), bias.offset());
        });
    }
}
