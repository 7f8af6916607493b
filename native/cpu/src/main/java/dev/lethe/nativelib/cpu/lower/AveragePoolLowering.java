package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.simd.AveragePoolPass;
import java.lang.foreign.MemorySegment;

/**
 * The lowering of means over windows to a Vector API pass; oneDNN's backward primitive would add bfloat16s to
 * bfloat16s.
 */
final class AveragePoolLowering {
    private AveragePoolLowering() {}

    static LoweredOp forward(PoolOp.AverageForward op) {
        AveragePoolPass pass = new AveragePoolPass(op.spec(), op.input().shape(), op.input().dtype());
        return new PassLowering(plan -> {
            int examples = plan.slice().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            return (_, _) -> pass.forward(memory, input, output, examples);
        });
    }

    static LoweredOp backward(PoolOp.AverageBackward op) {
        AveragePoolPass pass = new AveragePoolPass(op.spec(), op.inputGradient().shape(), op.inputGradient().dtype());
        return new PassLowering(plan -> {
            int examples = plan.slice().examples();
            MemorySegment memory = plan.memory();
            long outputGradient = plan.offset(op.outputGradient());
            long inputGradient = plan.offset(op.inputGradient());
            return (_, _) -> pass.backward(memory, outputGradient, inputGradient, examples);
        });
    }
}
