package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.simd.GatherPass;
import dev.lethe.kernels.simd.PixelPass;
import dev.lethe.kernels.simd.TilePoolPass;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Function;

/** An operation that consists of one Vector API pass. */
public final class PassLowering implements LoweredOp {
    private final Map<Object, Tensor> buffers;
    private final Function<WorkerPlan, WorkerOp> emitter;

    /**
     * Makes a pass.
     *
     * @param buffers keys of buffers, each as large as the slice of its tensor
     */
    private PassLowering(Map<Object, Tensor> buffers, Function<WorkerPlan, WorkerOp> emitter) {
        this.buffers = buffers;
        this.emitter = emitter;
    }

    /**
     * Makes an operation that needs no memory beside its tensors.
     *
     * @param emitter function that makes the pass once all places are known
     */
    public PassLowering(Function<WorkerPlan, WorkerOp> emitter) {
        this(Map.of(), emitter);
    }

    static LoweredOp gather(GatherImages op, Bindings bindings) {
        int pixels = Math.toIntExact(op.output().shape().elementsPerExample());
        return new PassLowering(plan -> {
            GatherPass pass = new GatherPass(op.normalization(), pixels, op.output().dtype());
            MemorySegment memory = plan.memory();
            long output = plan.offset(op.output());
            return PresentedImages.of(op, bindings, plan.slice(), (images, order, first, count) -> pass.run(images,
                    order, first, count, memory, output));
        });
    }

    static LoweredOp pool(PoolOp.MaxForward op) {
        return new PassLowering(plan -> {
            TilePoolPass pass = new TilePoolPass(op.spec(), op.input().shape(), op.activation(),
                    op.input().dtype());
            int examples = plan.slice().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            return (_, _) -> pass.forward(memory, input, output, examples);
        });
    }

    static LoweredOp pool(PoolOp.MaxBackward op) {
        return new PassLowering(plan -> {
            TilePoolPass pass = new TilePoolPass(op.spec(), op.input().shape(), op.activation(),
                    op.input().dtype());
            int examples = plan.slice().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            long outputGradient = plan.offset(op.outputGradient());
            long inputGradient = plan.offset(op.inputGradient());
            return (_, _) -> pass.backward(memory, input, output, outputGradient, inputGradient, examples);
        });
    }

    /** Makes a ReLU of a tensor in place. */
    public static LoweredOp relu(Tensor tensor) {
        return new PassLowering(plan -> PointwiseLowering.reluForward(plan, tensor, tensor));
    }

    /** Makes the gradient of a ReLU in a buffer. */
    public static LoweredOp relu(Tensor output, Tensor outputGradient, Object masked) {
        return new PassLowering(Map.of(masked, outputGradient),
                plan -> PointwiseLowering.reluBackward(plan, output, outputGradient, masked));
    }

    static LoweredOp means(PoolOp.GlobalAverageForward op) {
        int pixels = op.input().shape().dim(1) * op.input().shape().dim(2);
        int channels = op.input().shape().dim(3);
        return new PassLowering(plan -> {
            int examples = plan.slice().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            return (_, _) -> PixelPass.means(op.input().dtype(), op.output().dtype(), memory, input, output, examples,
                    pixels, channels);
        });
    }

    static LoweredOp means(PoolOp.GlobalAverageBackward op) {
        int pixels = op.inputGradient().shape().dim(1) * op.inputGradient().shape().dim(2);
        int channels = op.inputGradient().shape().dim(3);
        return new PassLowering(plan -> {
            int examples = plan.slice().examples();
            MemorySegment memory = plan.memory();
            long outputGradient = plan.offset(op.outputGradient());
            long inputGradient = plan.offset(op.inputGradient());
            return (_, _) -> PixelPass.spread(op.inputGradient().dtype(), op.outputGradient().dtype(), memory,
                    outputGradient,
                    inputGradient, examples, pixels, channels);
        });
    }

    static LoweredOp loss(SoftmaxCrossEntropy op, Bindings bindings) {
        return new PassLowering(plan -> new LossCall(op, bindings, plan));
    }

    @Override
    public void planBuffers(WorkerPlan plan, int index) {
        buffers.forEach((key, tensor) -> plan.planner().use(key, plan.bytes(tensor), index));
    }

    @Override
    public void emit(WorkerPlan plan) {
        plan.add(emitter.apply(plan));
    }
}
