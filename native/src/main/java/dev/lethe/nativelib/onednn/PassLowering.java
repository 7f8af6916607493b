package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.GatherImages;
import dev.lethe.kernels.PoolOp;
import dev.lethe.kernels.SoftmaxCrossEntropy;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.simd.GatherPass;
import dev.lethe.kernels.simd.PixelPass;
import dev.lethe.kernels.simd.TilePoolPass;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Function;

/** An operation that is one Vector API pass. */
final class PassLowering implements Lowered {
    private final Map<Object, Tensor> buffers;
    private final Function<WorkerPlan, WorkerOp> emitter;

    /**
     * A pass.
     *
     * @param buffers each as large as the tensor's share
     */
    private PassLowering(Map<Object, Tensor> buffers, Function<WorkerPlan, WorkerOp> emitter) {
        this.buffers = buffers;
        this.emitter = emitter;
    }

    PassLowering(Function<WorkerPlan, WorkerOp> emitter) {
        this(Map.of(), emitter);
    }

    static Lowered gather(GatherImages op, Bindings bindings) {
        int pixels = Math.toIntExact(op.output().shape().elementsPerExample());
        return new PassLowering(plan -> {
            GatherPass pass = new GatherPass(op.normalization(), pixels, op.output().dtype());
            MemorySegment memory = plan.memory();
            long output = plan.offset(op.output());
            return PresentedImages.of(op, bindings, plan.share(), (images, order, first, count) -> pass.run(images,
                    order, first, count, memory, output));
        });
    }

    static Lowered pool(PoolOp.MaxForward op) {
        return new PassLowering(plan -> {
            TilePoolPass pass = new TilePoolPass(op.spec(), op.input().shape(), op.activation(),
                    op.input().dtype());
            int examples = plan.share().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            return (_, _) -> pass.forward(memory, input, output, examples);
        });
    }

    static Lowered pool(PoolOp.MaxBackward op) {
        return new PassLowering(plan -> {
            TilePoolPass pass = new TilePoolPass(op.spec(), op.input().shape(), op.activation(),
                    op.input().dtype());
            int examples = plan.share().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            long outputGradient = plan.offset(op.outputGradient());
            long inputGradient = plan.offset(op.inputGradient());
            return (_, _) -> pass.backward(memory, input, output, outputGradient, inputGradient, examples);
        });
    }

    /** Masks a gradient into a buffer of its own. */
    static Lowered relu(Tensor output, Tensor outputGradient, Object masked) {
        return new PassLowering(Map.of(masked, outputGradient),
                plan -> PointwiseLowering.reluBackward(plan, output, outputGradient, masked));
    }

    static Lowered means(PoolOp.GlobalAverageForward op) {
        int pixels = op.input().shape().dim(1) * op.input().shape().dim(2);
        int channels = op.input().shape().dim(3);
        return new PassLowering(plan -> {
            int examples = plan.share().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            return (_, _) -> PixelPass.means(op.input().dtype(), op.output().dtype(), memory, input, output, examples,
                    pixels, channels);
        });
    }

    static Lowered means(PoolOp.GlobalAverageBackward op) {
        int pixels = op.inputGradient().shape().dim(1) * op.inputGradient().shape().dim(2);
        int channels = op.inputGradient().shape().dim(3);
        return new PassLowering(plan -> {
            int examples = plan.share().examples();
            MemorySegment memory = plan.memory();
            long outputGradient = plan.offset(op.outputGradient());
            long inputGradient = plan.offset(op.inputGradient());
            return (_, _) -> PixelPass.spread(op.inputGradient().dtype(), op.outputGradient().dtype(), memory,
                    outputGradient,
                    inputGradient, examples, pixels, channels);
        });
    }

    static Lowered loss(SoftmaxCrossEntropy op, Bindings bindings) {
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
