package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.simd.PlainConvolutionPass;
import dev.lethe.kernels.simd.ReluPass;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.lower.BiasLowering;
import dev.lethe.nativelib.cpu.lower.LoweredOp;
import dev.lethe.nativelib.cpu.lower.PassLowering;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WeightLayout;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The lowering of convolutions that oneDNN computes wrongly ({@link OneDnnFaults#computesWrongly}) to Vector API
 * passes.
 */
final class PlainConvolutionLowering {
    private final OneDnnKernels kernels;
    private final ParameterMemory parameters;
    private final int examples;

    PlainConvolutionLowering(OneDnnKernels kernels, ParameterMemory parameters, int examples) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.examples = examples;
    }

    LoweredOp forward(ConvolutionOp.Forward op) {
        PlainConvolutionPass pass = new PlainConvolutionPass(op.spec(), op.input().shape(), op.input().dtype());
        ParameterMemory.Place weights = parameters.inLayout(op.weights(), layout(op.weights()));
        Optional<ParameterMemory.Place> bias = op.bias()
                .map(tensor -> parameters.inLayout(tensor, parameters.slot(tensor).layout()));
        MemorySegment summands = bias.map(ParameterMemory.Place::block).orElse(MemorySegment.NULL);
        long firstBias = bias.map(ParameterMemory.Place::offset).orElse(-1L);
        long outputs = op.output().shape().elementsPerExample() * examples;
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            return (_, _) -> {
                pass.forward(memory, input, output, examples, weights.block(), weights.offset(), summands, firstBias);
                if (op.activation() == Activation.RELU) {
                    ReluPass.forward(op.output().dtype(), memory, output, output, outputs);
                }
            };
        });
    }

    LoweredOp backwardData(ConvolutionOp.BackwardData op) {
        PlainConvolutionPass pass = new PlainConvolutionPass(op.spec(), op.inputGradient().shape(),
                op.inputGradient().dtype());
        ParameterMemory.Place weights = parameters.inLayout(op.weights(), layout(op.weights()));
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long outputGradient = plan.offset(op.outputGradient());
            long inputGradient = plan.offset(op.inputGradient());
            return (_, _) -> pass.backwardData(memory, outputGradient, inputGradient, examples, weights.block(),
                    weights.offset());
        });
    }

    LoweredOp backwardWeights(ConvolutionOp.BackwardWeights op) {
        return new WeightsGradient(op, new PlainConvolutionPass(op.spec(), op.input().shape(), op.input().dtype()),
                layout(op.weightsGradient()));
    }

    /** Returns the layout in which the pass reads and writes weights. */
    static WeightLayout layout(OneDnnKernels kernels, ParameterMemory.Slot slot) {
        return kernels.ordered(slot.shape(), WeightOrder.OUTPUTS_LAST);
    }

    private WeightLayout layout(Tensor weights) {
        return layout(kernels, parameters.slot(weights));
    }

    /** The gradient of weights and bias; that of the weights goes through a buffer if it is kept in another layout. */
    private final class WeightsGradient implements LoweredOp {
        private final ConvolutionOp.BackwardWeights op;
        private final PlainConvolutionPass pass;
        private final WeightLayout layout;
        private final boolean inPlace;

        WeightsGradient(ConvolutionOp.BackwardWeights op, PlainConvolutionPass pass, WeightLayout layout) {
            this.op = op;
            this.pass = pass;
            this.layout = layout;
            inPlace = parameters.slot(op.weightsGradient()).layout().equals(layout);
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            if (!inPlace) {
                plan.planner().use(this, layout.bytes(), index);
            }
        }

        @Override
        public void emit(WorkerPlan plan) {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long outputGradient = plan.offset(op.outputGradient());
            ParameterMemory.Place kept = parameters.partial(op.weightsGradient(), plan.slice().worker());
            ParameterMemory.Place made = inPlace ? kept : plan.place(this);
            plan.add((_, _) -> pass.backwardWeights(memory, input, outputGradient, examples, made.block(),
                    made.offset()));
            if (!inPlace) {
                plan.add(kernels.copy(layout, made, parameters.slot(op.weightsGradient()).layout(), kept,
                        plan.slice().worker()));
            }
            op.biasGradient()
                    .ifPresent(bias -> plan.add(BiasLowering.sums(plan, parameters, op.outputGradient(), bias)));
        }
    }
}
