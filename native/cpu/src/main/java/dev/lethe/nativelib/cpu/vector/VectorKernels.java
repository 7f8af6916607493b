package dev.lethe.nativelib.cpu.vector;

import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.simd.MaxPoolPass;
import dev.lethe.kernels.simd.product.OrderedWeights;
import dev.lethe.kernels.simd.product.WeightCopy;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.simd.product.WeightShape;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.nativelib.cpu.lower.LoweredOp;
import dev.lethe.nativelib.cpu.lower.PassLowering;
import dev.lethe.nativelib.cpu.lower.ProductKernels;
import dev.lethe.nativelib.cpu.lower.WinogradProducts;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WeightLayout;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;

/** The Vector API kernels of one program. They hold no native objects, so that there is nothing to free. */
final class VectorKernels implements ProductKernels {
    @Override
    public Making making() {
        return () -> {};
    }

    @Override
    public WeightLayout ordered(WeightShape shape, WeightOrder order) {
        return new VectorLayout(new OrderedWeights(shape, order));
    }

    @Override
    public WeightLayout preferred(Op op, int examples) {
        return switch (op) {
            case ConvolutionOp.Forward f -> ordered(WeightShape.of(f.spec()), WeightOrder.OUTPUT_PANELS);
            case ConvolutionOp.BackwardData d -> ordered(WeightShape.of(d.spec()), WeightOrder.INPUT_PANELS);
            case ConvolutionOp.BackwardWeights w -> ordered(WeightShape.of(w.spec()), WeightOrder.OUTPUT_PANELS);
            case LinearOp.Forward f -> ordered(
                    WeightShape.linear(f.input().shape(), f.output().shape().dim(1)), WeightOrder.OUTPUT_PANELS);
            case LinearOp.BackwardData d -> ordered(
                    WeightShape.linear(d.inputGradient().shape(), d.outputGradient().shape().dim(1)),
                    WeightOrder.IMAGE_PANELS);
            case LinearOp.BackwardWeights w -> ordered(
                    WeightShape.linear(w.input().shape(), w.outputGradient().shape().dim(1)),
                    WeightOrder.OUTPUT_PANELS);
            default -> throw new IllegalArgumentException("no weights in " + op);
        };
    }

    @Override
    public LoweredOp lower(Op op, ParameterMemory parameters, BatchSlice slice) {
        ProductLowering products = new ProductLowering(this, parameters, slice);
        return switch (op) {
            case ConvolutionOp.Forward forward -> products.forward(forward);
            case ConvolutionOp.BackwardData data -> products.backwardData(data);
            case ConvolutionOp.BackwardWeights weights -> products.backwardWeights(weights);
            case LinearOp.Forward forward -> products.forward(forward);
            case LinearOp.BackwardData data -> products.backwardData(data);
            case LinearOp.BackwardWeights weights -> products.backwardWeights(weights);
            case PoolOp.MaxForward forward -> pool(forward);
            case PoolOp.MaxBackward backward -> pool(backward);
            default -> throw new IllegalArgumentException("no product in " + op);
        };
    }

    private static LoweredOp pool(PoolOp.MaxForward op) {
        MaxPoolPass pass = new MaxPoolPass(op.spec(), op.input().shape(), op.activation(), op.input().dtype());
        return new PassLowering(plan -> {
            int examples = plan.slice().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            return (_, _) -> pass.forward(memory, input, output, examples);
        });
    }

    private static LoweredOp pool(PoolOp.MaxBackward op) {
        MaxPoolPass pass = new MaxPoolPass(op.spec(), op.input().shape(), op.activation(), op.input().dtype());
        return new PassLowering(plan -> {
            int examples = plan.slice().examples();
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            long outputGradient = plan.offset(op.outputGradient());
            long inputGradient = plan.offset(op.inputGradient());
            return (_, _) -> pass.backward(memory, input, output, outputGradient, inputGradient, examples);
        });
    }

    @Override
    public WinogradProducts forwardProducts(WinogradTiles tiles, int group) {
        return VectorWinogradProducts.forward(tiles, group);
    }

    @Override
    public WinogradProducts gradientProducts(WinogradTiles tiles, int group) {
        return VectorWinogradProducts.gradient(tiles, group);
    }

    @Override
    public WorkerOp copy(WeightLayout from, ParameterMemory.Place source, WeightLayout to,
            ParameterMemory.Place target, int worker) {
        WeightCopy pass = new WeightCopy(VectorLayout.of(from), VectorLayout.of(to));
        return (_, _) -> pass.run(source.block(), source.offset(), target.block(), target.offset());
    }

    @Override
    public void copyNow(WeightLayout from, ParameterMemory.Place source, WeightLayout to,
            ParameterMemory.Place target) {
        new WeightCopy(VectorLayout.of(from), VectorLayout.of(to)).run(source.block(), source.offset(), target.block(),
                target.offset());
    }

    @Override
    public void close() {
        // nothing to free
    }
}
