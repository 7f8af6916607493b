package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.BatchNormSpec.Statistics;
import dev.lethe.kernels.op.BatchNormTensors;
import dev.lethe.kernels.simd.BatchNormGradientPass;
import dev.lethe.kernels.simd.BatchNormPass;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerExchange;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The lowering of batch normalisation on one worker's slice to Vector API passes: oneDNN's primitive takes the
 * statistics of its input, here a slice, and has no barrier between workers.
 */
public final class BatchNormLowering {
    private final ParameterMemory parameters;
    private final WorkerExchange exchange;
    private final BatchSlice slice;
    private final Map<BatchNormOp.Forward, BatchNormPass> passes = new HashMap<>();

    /**
     * Makes a lowering for the slice of one worker.
     *
     * @param exchange rows that carry the sums of all workers across a barrier
     */
    public BatchNormLowering(ParameterMemory parameters, WorkerExchange exchange, BatchSlice slice) {
        this.parameters = parameters;
        this.exchange = exchange;
        this.slice = slice;
    }

    LoweredOp forward(BatchNormOp.Forward op) {
        return new Forward(op);
    }

    LoweredOp backward(BatchNormOp.Backward op) {
        return new Backward(op);
    }

    /** Returns the pass of a normalisation, in which the forward pass leaves the statistics for the backward pass. */
    private BatchNormPass pass(BatchNormOp.Forward op) {
        return passes.computeIfAbsent(op,
                _ -> new BatchNormPass(op.spec(), op.tensors().channels(), op.activation(), op.input().dtype()));
    }

    private long pixels(BatchNormOp.Forward op) {
        return op.input().shape().elementsPerExample() / op.tensors().channels() * slice.examples();
    }

    private long offset(Tensor parameter) {
        return parameters.slot(parameter).offset();
    }

    private static int partialLength(BatchNormOp.Forward op) {
        return BatchNormPass.partialLength(op.tensors().channels());
    }

    private final class Forward implements LoweredOp {
        private final BatchNormOp.Forward op;
        private final BatchNormPass pass;
        private final boolean ofBatch;

        Forward(BatchNormOp.Forward op) {
            this.op = op;
            pass = pass(op);
            ofBatch = op.spec().statistics() == Statistics.BATCH;
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            // works in the tensors themselves
        }

        @Override
        public boolean hasBarrier() {
            return ofBatch;
        }

        @Override
        public void emit(WorkerPlan plan) {
            if (ofBatch) {
                MemorySegment memory = plan.memory();
                long input = plan.offset(op.input());
                long pixels = pixels(op);
                double[] partial = exchange.rows(op, partialLength(op))[slice.worker()];
                plan.add((_, _) -> pass.moments(memory, input, pixels, partial));
            } else {
                MemorySegment states = parameters.block(Role.STATE);
                long mean = offset(op.tensors().runningMean());
                long variance = offset(op.tensors().runningVariance());
                plan.add((_, _) -> pass.statistics().useRunning(states, mean, variance));
                plan.add(normalise(plan));
            }
        }

        @Override
        public void emitAfterBarrier(WorkerPlan plan) {
            double[][] partials = exchange.rows(op, partialLength(op)); // (workers, 1 + 2 C)
            plan.add((_, _) -> pass.statistics().useBatch(partials));
            if (slice.worker() == 0) {
                MemorySegment states = parameters.block(Role.STATE);
                long mean = offset(op.tensors().runningMean());
                long variance = offset(op.tensors().runningVariance());
                double pixels = (double) op.input().shape().elements() / op.tensors().channels();
                plan.add((_, _) -> pass.statistics().updateRunning(states, mean, variance, pixels));
            }
            plan.add(normalise(plan));
        }

        private WorkerOp normalise(WorkerPlan plan) {
            MemorySegment block = parameters.block(Role.PARAMETER);
            BatchNormTensors tensors = op.tensors();
            long scale = offset(tensors.scale());
            long shift = offset(tensors.shift());
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long residual = op.residual().map(plan::offset).orElse(-1L);
            long output = plan.offset(op.output());
            long pixels = pixels(op);
            return (_, _) -> pass.normalise(block, scale, shift, memory, input, residual, output, pixels);
        }
    }

    private final class Backward implements LoweredOp {
        private final BatchNormOp.Backward op;
        private final BatchNormGradientPass pass;
        private final boolean ofBatch;
        private final boolean added; // otherwise the passes find the mask themselves
        private final Tensor masked;

        Backward(BatchNormOp.Backward op) {
            this.op = op;
            pass = new BatchNormGradientPass(pass(op.forward()));
            ofBatch = op.forward().spec().statistics() == Statistics.BATCH;
            added = op.forward().residual().isPresent() || op.outputGradients().size() == 2;
            masked = !added
                    ? op.outputGradients().getFirst()
                    : op.residualGradient().orElse(op.inputGradient());
        }

        @Override
        public void planBuffers(WorkerPlan plan, int index) {
            // works in the tensors themselves
        }

        @Override
        public boolean hasBarrier() {
            return ofBatch;
        }

        @Override
        public void emit(WorkerPlan plan) {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.forward().input());
            long output = plan.offset(op.forward().output());
            long first = plan.offset(op.outputGradients().getFirst());
            long second = op.outputGradients().size() == 2 ? plan.offset(op.outputGradients().getLast()) : -1;
            long to = plan.offset(masked);
            long pixels = pixels(op.forward());
            double[] partial = exchange.rows(op, partialLength(op.forward()))[slice.worker()];
            plan.add(added
                    ? (_, _) -> pass.gradientSums(memory, input, output, first, second, to, pixels, partial)
                    : (_, _) -> pass.gradientSums(memory, input, first, pixels, partial));
            ParameterMemory.Place scale = parameters.partial(op.scaleGradient(), slice.worker());
            ParameterMemory.Place shift = parameters.partial(op.shiftGradient(), slice.worker());
            plan.add((_, _) -> pass.parameterGradients(partial, scale.block(), scale.offset(), shift.offset()));
            if (!ofBatch) {
                plan.add(inputGradient(plan, new double[0][]));
            }
        }

        @Override
        public void emitAfterBarrier(WorkerPlan plan) {
            plan.add(inputGradient(plan, exchange.rows(op, partialLength(op.forward()))));
        }

        private WorkerOp inputGradient(WorkerPlan plan, double[][] partials) {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.forward().input());
            long from = plan.offset(masked);
            long to = plan.offset(op.inputGradient());
            long pixels = pixels(op.forward());
            return (_, _) -> pass.inputGradient(partials, memory, input, from, added, to, pixels);
        }
    }
}
