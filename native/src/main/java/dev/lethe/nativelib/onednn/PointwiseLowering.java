package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.DType;
import dev.lethe.kernels.PointwiseOp;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.simd.GeluPass;
import dev.lethe.kernels.simd.ScalePass;
import java.lang.foreign.MemorySegment;

/** Operations on one element after the other, whatever the layout: what a layout pads with zeros stays zero. */
final class PointwiseLowering {
    private PointwiseLowering() {}

    static Lowered gelu(PointwiseOp.GeluForward op) {
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            GeluPass pass = new GeluPass(op.output().dtype());
            long count = count(plan, op.output());
            return (_, _) -> pass.forward(memory, input, output, count);
        });
    }

    static Lowered gelu(PointwiseOp.GeluBackward op) {
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long x = plan.offset(op.input());
            long dy = plan.offset(op.outputGradient());
            long dx = plan.offset(op.inputGradient());
            GeluPass pass = new GeluPass(op.input().dtype());
            long count = count(plan, op.input());
            return (_, _) -> pass.backward(memory, x, dy, dx, count);
        });
    }

    static Lowered scale(PointwiseOp.Scale op) {
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            DType from = op.input().dtype();
            DType to = op.output().dtype();
            long count = count(plan, op.output());
            return (_, _) -> ScalePass.run(from, to, memory, input, output, op.factor(), count);
        });
    }

    private static long count(WorkerPlan plan, Tensor tensor) {
        return plan.bytes(tensor) / tensor.dtype().bytes();
    }
}
