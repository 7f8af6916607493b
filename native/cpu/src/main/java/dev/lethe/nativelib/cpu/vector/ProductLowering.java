package dev.lethe.nativelib.cpu.vector;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.simd.ConvolutionGeometry;
import dev.lethe.kernels.simd.product.ImageProducts;
import dev.lethe.kernels.simd.product.WeightGradientProducts;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.lower.BiasLowering;
import dev.lethe.nativelib.cpu.lower.LoweredOp;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WeightLayout;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The lowering of convolutions and linear layers of one worker's slice to matrix products on the micro-kernel. */
final class ProductLowering {
    private final VectorKernels kernels;
    private final ParameterMemory parameters;
    private final BatchSlice slice;

    ProductLowering(VectorKernels kernels, ParameterMemory parameters, BatchSlice slice) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.slice = slice;
    }

    private static ConvolutionGeometry linear(Tensor input, Tensor output) {
        return ConvolutionGeometry.linear(input.shape(), output.shape().dim(1));
    }

    LoweredOp forward(ConvolutionOp.Forward op) {
        return forward(ConvolutionGeometry.of(op.spec(), op.input().shape()), op.input(), op.weights(), op.bias(),
                op.activation(), op.output());
    }

    LoweredOp forward(LinearOp.Forward op) {
        return forward(linear(op.input(), op.output()), op.input(), op.weights(), op.bias(), op.activation(),
                op.output());
    }

    private LoweredOp forward(ConvolutionGeometry geometry, Tensor input, Tensor weights, Optional<Tensor> bias,
            Activation activation, Tensor output) {
        return new Images(ImageProducts.forward(geometry, slice.examples(), activation), input, weights,
                WeightOrder.OUTPUT_PANELS, bias, output);
    }

    LoweredOp backwardData(ConvolutionOp.BackwardData op) {
        ConvolutionGeometry geometry = ConvolutionGeometry.of(op.spec(), op.inputGradient().shape());
        return backwardData(geometry, op.outputGradient(), op.weights(),
                geometry.isWholeImage() ? WeightOrder.IMAGE_PANELS : WeightOrder.INPUT_PANELS, op.inputGradient());
    }

    LoweredOp backwardData(LinearOp.BackwardData op) {
        return backwardData(linear(op.inputGradient(), op.outputGradient()), op.outputGradient(), op.weights(),
                WeightOrder.IMAGE_PANELS, op.inputGradient());
    }

    private LoweredOp backwardData(ConvolutionGeometry geometry, Tensor outputGradient, Tensor weights,
            WeightOrder order, Tensor inputGradient) {
        return new Images(ImageProducts.inputGradient(geometry, slice.examples()), outputGradient, weights, order,
                Optional.empty(), inputGradient);
    }

    LoweredOp backwardWeights(ConvolutionOp.BackwardWeights op) {
        return new Weights(new WeightGradientProducts(ConvolutionGeometry.of(op.spec(), op.input().shape()),
                slice.examples()), op.input(), op.outputGradient(), op.weightsGradient(), op.biasGradient());
    }

    LoweredOp backwardWeights(LinearOp.BackwardWeights op) {
        return new Weights(new WeightGradientProducts(linear(op.input(), op.outputGradient()), slice.examples()),
                op.input(), op.outputGradient(), op.weightsGradient(), op.biasGradient());
    }

    private WeightLayout layout(Tensor weights, WeightOrder order) {
        return kernels.ordered(parameters.slot(weights).shape(), order);
    }

    /** A product from images to images: forward, or the gradient of the input. */
    private final class Images implements LoweredOp {
        private final ImageProducts pass;
        private final Tensor from;
        private final Tensor weights;
        private final WeightLayout layout;
        private final Optional<Tensor> bias;
        private final Tensor to;

        Images(ImageProducts pass, Tensor from, Tensor weights, WeightOrder order, Optional<Tensor> bias, Tensor to) {
            this.pass = pass;
            this.from = from;
            this.weights = weights;
            this.bias = bias;
            this.to = to;
            layout = layout(weights, order);
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            plan.planner().use(this, pass.scratchBytes(), index);
        }

        @Override
        public void emit(WorkerPlan plan) {
            MemorySegment memory = plan.memory();
            long source = plan.offset(from);
            long target = plan.offset(to);
            long scratch = plan.offset(this);
            ParameterMemory.Place w = parameters.inLayout(weights, layout);
            bias.ifPresent(tensor -> {
                ParameterMemory.Place b = parameters.inLayout(tensor, parameters.slot(tensor).layout());
                plan.add((_, _) -> pass.useBias(b.block(), b.offset()));
            });
            plan.add((_, _) -> pass.run(memory, source, target, scratch, w.block(), w.offset()));
        }
    }

    /** The gradient of weights and bias; that of the weights goes through a buffer if it is kept in another layout. */
    private final class Weights implements LoweredOp {
        private final WeightGradientProducts pass;
        private final Tensor input;
        private final Tensor outputGradient;
        private final Tensor weightsGradient;
        private final Optional<Tensor> biasGradient;
        private final WeightLayout layout;
        private final boolean inPlace;
        private final Object made = new Object();

        Weights(WeightGradientProducts pass, Tensor input, Tensor outputGradient, Tensor weightsGradient,
                Optional<Tensor> biasGradient) {
            this.pass = pass;
            this.input = input;
            this.outputGradient = outputGradient;
            this.weightsGradient = weightsGradient;
            this.biasGradient = biasGradient;
            layout = layout(weightsGradient, WeightOrder.OUTPUT_PANELS);
            inPlace = parameters.slot(weightsGradient).layout().equals(layout);
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            plan.planner().use(this, pass.scratchBytes(), index);
            if (!inPlace) {
                plan.planner().use(made, layout.bytes(), index);
            }
        }

        @Override
        public void emit(WorkerPlan plan) {
            MemorySegment memory = plan.memory();
            long x = plan.offset(input);
            long dy = plan.offset(outputGradient);
            long scratch = plan.offset(this);
            ParameterMemory.Place kept = parameters.partial(weightsGradient, slice.worker());
            ParameterMemory.Place to = inPlace ? kept : plan.place(made);
            plan.add((_, _) -> pass.run(memory, x, dy, scratch, to.block(), to.offset()));
            if (!inPlace) {
                plan.add(kernels.copy(layout, to, parameters.slot(weightsGradient).layout(), kept, slice.worker()));
            }
            biasGradient.ifPresent(bias -> plan.add(BiasLowering.sums(plan, parameters, outputGradient, bias)));
        }
    }
}
