package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.Pause;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.simd.BatchBlock;
import dev.lethe.kernels.simd.ConvolutionGeometry;
import dev.lethe.kernels.simd.batchlast.BatchLastConvolution;
import dev.lethe.kernels.simd.batchlast.BatchLastGather;
import dev.lethe.kernels.simd.batchlast.BatchLastPool;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.memory.LayoutFactory;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The choice of a kernel of Lethe's own for each operation on one worker's slice, in the batch-last layout. */
public final class BatchLastLowering {
    private final LayoutFactory layouts;
    private final ParameterMemory parameters;
    private final Bindings bindings;
    private final BatchSlice slice;
    private final int blocks;

    /** Makes a lowering for the slice of one worker. */
    public BatchLastLowering(LayoutFactory layouts, ParameterMemory parameters, Bindings bindings, BatchSlice slice) {
        this.layouts = layouts;
        this.parameters = parameters;
        this.bindings = bindings;
        this.slice = slice;
        blocks = BatchBlock.count(slice.examples());
    }

    /** Lowers everything but the optimizer, which all workers share. */
    public LoweredOp lower(Op op) {
        return switch (op) {
            case GatherImages gather -> gather(gather);
            case ConvolutionOp.Forward f ->
                forward(ConvolutionGeometry.of(f.spec(), f.input().shape()), f.input(), f.weights(),
                        f.bias(), f.activation(), f.output());
            case ConvolutionOp.BackwardData d ->
                backwardData(ConvolutionGeometry.of(d.spec(), d.inputGradient().shape()),
                        d.outputGradient(), d.weights(), d.inputGradient());
            case ConvolutionOp.BackwardWeights w ->
                backwardWeights(ConvolutionGeometry.of(w.spec(), w.input().shape()), w.input(),
                        w.outputGradient(), w.weightsGradient(), w.biasGradient());
            case PoolOp.MaxForward forward -> pool(forward);
            case PoolOp.MaxBackward backward -> pool(backward);
            case PointwiseOp.ReluForward _,PointwiseOp.ReluBackward _ ->
                PointwiseLowering.lower((PointwiseOp) op, bindings);
            case PointwiseOp.Scale _,PointwiseOp.Mean _ -> PointwiseLowering.lower((PointwiseOp) op, bindings);
            case PointwiseOp.GeluForward _,PointwiseOp.GeluBackward _ ->
                PointwiseLowering.lower((PointwiseOp) op, bindings);
            case LinearOp.Forward f -> forward(linear(f.input(), f.output()), f.input(), f.weights(), f.bias(),
                    f.activation(), f.output());
            case LinearOp.BackwardData d -> backwardData(linear(d.inputGradient(), d.outputGradient()),
                    d.outputGradient(), d.weights(), d.inputGradient());
            case LinearOp.BackwardWeights w -> backwardWeights(linear(w.input(), w.outputGradient()), w.input(),
                    w.outputGradient(), w.weightsGradient(), w.biasGradient());
            case ConvolutionOp.BackwardBias _,BatchNormOp.Forward _,BatchNormOp.Backward _ -> throw noKernel(op);
            case PointwiseOp.Add _,PointwiseOp.Drop _ -> throw noKernel(op);
            case PoolOp.GlobalAverageForward _,PoolOp.GlobalAverageBackward _ -> throw noKernel(op);
            case PoolOp.AverageForward _,PoolOp.AverageBackward _ -> throw noKernel(op);
            case SoftmaxCrossEntropy loss -> PassLowering.loss(loss, bindings);
            case OptimizerOp _ -> throw new IllegalArgumentException("the optimizer belongs to no worker");
            case Pause _ -> throw new IllegalArgumentException("a pause is no work");
        };
    }

    private static IllegalArgumentException noKernel(Op op) {
        return new IllegalArgumentException("no batch-last kernel for " + op);
    }

    private static ConvolutionGeometry linear(Tensor input, Tensor output) {
        return ConvolutionGeometry.linear(input.shape(), output.shape().dim(1));
    }

    private ParameterMemory.Place weights(Tensor weights, WeightOrder order) {
        return parameters.inLayout(weights, layouts.ordered(parameters.slot(weights).shape(), order));
    }

    private LoweredOp gather(GatherImages op) {
        BatchLastGather pass = new BatchLastGather(op.normalization(),
                Math.toIntExact(op.output().shape().elementsPerExample()));
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long output = plan.offset(op.output());
            return PresentedImages.of(op, bindings, slice, (images, order, first, count) -> pass.run(images, order,
                    first, count, memory, output));
        });
    }

    private LoweredOp forward(ConvolutionGeometry geometry, Tensor from, Tensor weights,
            Optional<Tensor> bias,
            Activation activation, Tensor to) {
        ParameterMemory.Place w = weights(weights, WeightOrder.OUTPUTS_LAST);
        BatchLastConvolution pass = new BatchLastConvolution(geometry, blocks);
        ParameterMemory.Place b = bias.map(tensor -> parameters.inLayout(tensor, parameters.slot(tensor).layout()))
                .orElse(new ParameterMemory.Place(pass.noBias(), 0));
        boolean relu = activation == Activation.RELU;
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long input = plan.offset(from);
            long output = plan.offset(to);
            return (_, _) -> pass.forward(memory, input, output, w.block(), w.offset(), b.block(), b.offset(), relu);
        });
    }

    private LoweredOp backwardData(ConvolutionGeometry geometry, Tensor outputGradient, Tensor weights,
            Tensor inputGradient) {
        ParameterMemory.Place w = weights(weights, WeightOrder.INPUTS_LAST);
        BatchLastConvolution pass = new BatchLastConvolution(geometry, blocks);
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long from = plan.offset(outputGradient);
            long to = plan.offset(inputGradient);
            return (_, _) -> pass.backwardData(memory, from, to, w.block(), w.offset());
        });
    }

    private LoweredOp backwardWeights(ConvolutionGeometry geometry, Tensor input, Tensor outputGradient,
            Tensor weightsGradient, Optional<Tensor> biasGradient) {
        BatchLastConvolution pass = new BatchLastConvolution(geometry, blocks);
        ParameterMemory.Place w = parameters.partial(weightsGradient, slice.worker());
        Optional<ParameterMemory.Place> b = biasGradient.map(tensor -> parameters.partial(tensor, slice.worker()));
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long x = plan.offset(input);
            long dy = plan.offset(outputGradient);
            return (_, _) -> {
                pass.backwardWeights(memory, x, dy, w.block(), w.offset());
                if (b.isPresent()) {
                    pass.backwardBias(memory, dy, b.get().block(), b.get().offset());
                }
            };
        });
    }

    private LoweredOp pool(PoolOp.MaxForward op) {
        BatchLastPool pass = new BatchLastPool(op.spec(), op.input().shape(), op.activation());
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            return (_, _) -> pass.forward(memory, input, output, blocks);
        });
    }

    private LoweredOp pool(PoolOp.MaxBackward op) {
        BatchLastPool pass = new BatchLastPool(op.spec(), op.input().shape(), op.activation());
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            long outputGradient = plan.offset(op.outputGradient());
            long inputGradient = plan.offset(op.inputGradient());
            return (_, _) -> pass.backward(memory, input, output, outputGradient, inputGradient, blocks);
        });
    }
}
