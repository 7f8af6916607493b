package dev.lethe.nativelib.cpu.lower;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.Dropout;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.simd.DropoutPass;
import dev.lethe.kernels.simd.GeluPass;
import dev.lethe.kernels.simd.PixelPass;
import dev.lethe.kernels.simd.ReluPass;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;

/**
 * The lowering of operations on one element after the other to Vector API passes over a worker's slice of the batch.
 */
final class PointwiseLowering {
    private PointwiseLowering() {}

    static LoweredOp lower(PointwiseOp op, Bindings bindings) {
        return new PassLowering(plan -> switch (op) {
            case PointwiseOp.ReluForward relu -> reluForward(plan, relu.input(), relu.output());
            case PointwiseOp.ReluBackward relu ->
                reluBackward(plan, relu.output(), relu.outputGradient(), relu.inputGradient());
            case PointwiseOp.GeluForward gelu -> gelu(plan, gelu);
            case PointwiseOp.GeluBackward gelu -> gelu(plan, gelu);
            case PointwiseOp.Add add -> add(plan, add);
            case PointwiseOp.Mean mean -> mean(plan, mean);
            case PointwiseOp.Scale scale -> scale(plan, scale);
            case PointwiseOp.Drop drop -> drop(plan, drop, bindings);
        });
    }

    private static long count(WorkerPlan plan, Tensor tensor) {
        return plan.bytes(tensor) / tensor.dtype().bytes();
    }

    static WorkerOp reluForward(WorkerPlan plan, Tensor input, Tensor output) {
        MemorySegment memory = plan.memory();
        long x = plan.offset(input);
        long y = plan.offset(output);
        DType elements = output.dtype();
        long count = count(plan, output);
        return (_, _) -> ReluPass.forward(elements, memory, x, y, count);
    }

    /** Makes the gradient of a ReLU in a tensor or another buffer of the plan. */
    static WorkerOp reluBackward(WorkerPlan plan, Tensor output, Tensor outputGradient, Object inputGradient) {
        MemorySegment memory = plan.memory();
        long y = plan.offset(output);
        long dy = plan.offset(outputGradient);
        long dx = plan.offset(inputGradient);
        DType elements = output.dtype();
        long count = count(plan, output);
        return (_, _) -> ReluPass.backward(elements, memory, y, dy, dx, count);
    }

    private static WorkerOp gelu(WorkerPlan plan, PointwiseOp.GeluForward op) {
        MemorySegment memory = plan.memory();
        long input = plan.offset(op.input());
        long output = plan.offset(op.output());
        GeluPass pass = new GeluPass(op.output().dtype());
        long count = count(plan, op.output());
        return (_, _) -> pass.forward(memory, input, output, count);
    }

    private static WorkerOp gelu(WorkerPlan plan, PointwiseOp.GeluBackward op) {
        MemorySegment memory = plan.memory();
        long x = plan.offset(op.input());
        long dy = plan.offset(op.outputGradient());
        long dx = plan.offset(op.inputGradient());
        GeluPass pass = new GeluPass(op.input().dtype());
        long count = count(plan, op.input());
        return (_, _) -> pass.backward(memory, x, dy, dx, count);
    }

    private static WorkerOp add(WorkerPlan plan, PointwiseOp.Add op) {
        MemorySegment memory = plan.memory();
        long first = plan.offset(op.first());
        long second = plan.offset(op.second());
        long output = plan.offset(op.output());
        DType elements = op.output().dtype();
        long count = count(plan, op.output());
        return (_, _) -> PixelPass.add(elements, memory, first, second, output, count);
    }

    private static WorkerOp mean(WorkerPlan plan, PointwiseOp.Mean op) {
        MemorySegment memory = plan.memory();
        long first = plan.offset(op.first());
        long second = plan.offset(op.second());
        long output = plan.offset(op.output());
        DType elements = op.output().dtype();
        long count = count(plan, op.output());
        return (_, _) -> PixelPass.mean(elements, memory, first, second, output, count);
    }

    private static WorkerOp scale(WorkerPlan plan, PointwiseOp.Scale op) {
        MemorySegment memory = plan.memory();
        long input = plan.offset(op.input());
        long output = plan.offset(op.output());
        long count = count(plan, op.output());
        return (_, _) -> PixelPass.scale(op.input().dtype(), op.output().dtype(), memory, input, op.factor(), output,
                count);
    }

    private static WorkerOp drop(WorkerPlan plan, PointwiseOp.Drop op, Bindings bindings) {
        MemorySegment memory = plan.memory();
        long input = plan.offset(op.input());
        long output = plan.offset(op.output());
        DType elements = op.input().dtype();
        Dropout dropout = op.dropout();
        int count = Math.toIntExact(op.input().shape().elementsPerExample());
        long example = (long) count * elements.bytes();
        BatchSlice slice = plan.slice();
        Bindings.Binding order = bindings.of(op.order());
        Bindings.Binding epoch = bindings.of(op.epoch());
        return (position, _) -> {
            int number = epoch.memory().getAtIndex(JAVA_INT, 0);
            for (int n = 0; n < slice.examples(); n++) {
                long key = dropout.key(number,
                        order.memory().getAtIndex(JAVA_INT, (long) position + slice.first() + n));
                DropoutPass.run(dropout, key, elements, memory, input + n * example, output + n * example, count);
            }
        };
    }
}
