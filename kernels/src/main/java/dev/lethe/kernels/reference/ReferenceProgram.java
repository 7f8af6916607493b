package dev.lethe.kernels.reference;

import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.Pause;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.BFloat16;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A program whose tensors are row-major arrays of doubles, each with memory of its own: (N, H, W, C) or (N, C) for
 * activations, (O, I / groups, K, K) for convolution weights, (O, I) for linear weights. The formulas stand at the
 * classes that compute them. A tensor of type bfloat16 is rounded after each operation that writes it:
 * {@code x = bfloat16(x)}, ties to even.
 */
public final class ReferenceProgram implements Program {
    private final Map<String, ReferencePlan> plans = new LinkedHashMap<>();
    private final Map<Tensor, double[]> values = new LinkedHashMap<>(); // each in its tensor's shape, row-major
    private final Map<Tensor, MemorySegment> bound = new LinkedHashMap<>(); // data and results, the caller's memory
    private boolean closed;

    ReferenceProgram(ProgramSpec spec) {
        for (Tensor tensor : spec.tensors()) {
            if (tensor.role() != Role.DATA && tensor.role() != Role.RESULT) {
                values.put(tensor, new double[Math.toIntExact(tensor.shape().elements())]);
            }
        }
        spec.plans().stream().flatMap(plan -> plan.parts().stream())
                .forEach(plan -> plans.put(plan.name(), new ReferencePlan(plan)));
    }

    @Override
    public synchronized Plan plan(String name) {
        requireOpen();
        ReferencePlan plan = plans.get(name);
        if (plan == null) {
            throw new IllegalArgumentException("no plan " + name + ": the program has " + plans.keySet());
        }
        return plan;
    }

    /** Returns the values of a tensor in full precision, in its logical layout; changes reach the next run. */
    public synchronized double[] values(Tensor tensor) {
        requireOpen();
        double[] array = values.get(tensor);
        if (array == null) {
            throw new IllegalArgumentException("the program has no values for " + tensor);
        }
        return array;
    }

    MemorySegment memory(Tensor tensor) {
        MemorySegment memory = bound.get(tensor);
        if (memory == null) {
            throw new IllegalStateException("no memory is bound to " + tensor);
        }
        return memory;
    }

    @Override
    public synchronized void bind(Tensor tensor, MemorySegment memory) {
        requireOpen();
        tensor.requireBindable(memory);
        bound.put(tensor, memory);
    }

    @Override
    public synchronized void upload(Tensor data) {
        requireOpen();
    }

    @Override
    public synchronized void download(Tensor result) {
        requireOpen();
    }

    @Override
    public synchronized void clear(Tensor result) {
        requireOpen();
        memory(result).asSlice(0, result.bytes()).fill((byte) 0);
    }

    @Override
    public synchronized float[] read(Tensor tensor) {
        double[] from = values(tensor);
        float[] to = new float[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) from[i];
        }
        return to;
    }

    @Override
    public synchronized void write(Tensor tensor, float[] from) {
        double[] to = values(tensor);
        tensor.requireElements(from.length);
        for (int i = 0; i < to.length; i++) {
            to[i] = tensor.dtype() == DType.BF16 ? BFloat16.round(from[i]) : from[i];
        }
    }

    @Override
    public String kernels() {
        return "scalar loops";
    }

    @Override
    public Map<String, ConvolutionAlgorithm> convolutions() {
        return Map.of();
    }

    @Override
    public MemoryUse memory() {
        return new MemoryUse(bytes(Role.PARAMETER) + bytes(Role.STATE), bytes(Role.GRADIENT), bytes(Role.ACTIVATION));
    }

    private long bytes(Role role) {
        return values.keySet().stream().filter(t -> t.role() == role)
                .mapToLong(t -> t.shape().elements() * Double.BYTES)
                .sum();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this reference program is closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        values.clear();
        bound.clear();
    }

    private final class ReferencePlan implements Plan {
        private final PlanSpec spec;

        ReferencePlan(PlanSpec spec) {
            this.spec = spec;
        }

        @Override
        public String name() {
            return spec.name();
        }

        @Override
        public int batch() {
            return spec.batch();
        }

        @Override
        public void run(int position, int step) {
            synchronized (ReferenceProgram.this) {
                requireOpen();
                for (Op op : spec.ops()) {
                    run(op, position, step);
                    op.writes().stream().filter(tensor -> tensor.dtype() == DType.BF16).forEach(this::round);
                }
            }
        }

        private void run(Op op, int position, int step) {
            switch (op) {
                case GatherImages gather -> ReferenceGather.run(ReferenceProgram.this, gather, position);
                case ConvolutionOp.Forward forward -> ReferenceConvolution.forward(ReferenceProgram.this, forward);
                case ConvolutionOp.BackwardData data ->
                    ReferenceConvolution.backwardData(ReferenceProgram.this, data);
                case ConvolutionOp.BackwardWeights weights ->
                    ReferenceConvolution.backwardWeights(ReferenceProgram.this, weights);
                case ConvolutionOp.BackwardBias bias ->
                    ReferenceConvolution.backwardBias(ReferenceProgram.this, bias);
                case PoolOp.MaxForward forward -> ReferencePooling.forward(ReferenceProgram.this, forward);
                case PoolOp.MaxBackward backward -> ReferencePooling.backward(ReferenceProgram.this, backward);
                case PointwiseOp.ReluForward forward -> ReferenceRelu.forward(ReferenceProgram.this, forward);
                case PointwiseOp.ReluBackward backward -> ReferenceRelu.backward(ReferenceProgram.this, backward);
                case LinearOp.Forward forward -> ReferenceLinear.forward(ReferenceProgram.this, forward);
                case LinearOp.BackwardData data -> ReferenceLinear.backwardData(ReferenceProgram.this, data);
                case LinearOp.BackwardWeights weights ->
                    ReferenceLinear.backwardWeights(ReferenceProgram.this, weights);
                case BatchNormOp.Forward norm -> ReferenceBatchNorm.forward(ReferenceProgram.this, norm);
                case BatchNormOp.Backward norm -> ReferenceBatchNorm.backward(ReferenceProgram.this, norm);
                case PointwiseOp.Add add -> ReferencePointwise.add(ReferenceProgram.this, add);
                case PointwiseOp.Mean mean -> ReferencePointwise.mean(ReferenceProgram.this, mean);
                case PointwiseOp.Scale scale -> ReferencePointwise.scale(ReferenceProgram.this, scale);
                case PointwiseOp.GeluForward gelu -> ReferencePointwise.forward(ReferenceProgram.this, gelu);
                case PointwiseOp.GeluBackward gelu -> ReferencePointwise.backward(ReferenceProgram.this, gelu);
                case PointwiseOp.Drop drop -> ReferencePointwise.drop(ReferenceProgram.this, drop, position);
                case PoolOp.AverageForward pool -> ReferencePooling.forward(ReferenceProgram.this, pool);
                case PoolOp.AverageBackward pool -> ReferencePooling.backward(ReferenceProgram.this, pool);
                case PoolOp.GlobalAverageForward pool ->
                    ReferencePooling.averageForward(ReferenceProgram.this, pool);
                case PoolOp.GlobalAverageBackward pool ->
                    ReferencePooling.averageBackward(ReferenceProgram.this, pool);
                case SoftmaxCrossEntropy loss -> ReferenceLoss.run(ReferenceProgram.this, loss, position);
                case OptimizerOp.Update update -> ReferenceOptimizer.run(ReferenceProgram.this, update, step);
                case OptimizerOp.Accumulate sums -> ReferenceOptimizer.accumulate(ReferenceProgram.this, sums);
                case OptimizerOp.Clear sums -> sums.writes().forEach(sum -> Arrays.fill(values(sum), 0));
                case OptimizerOp.Average average -> ReferenceAverages.update(ReferenceProgram.this, average);
                case OptimizerOp.Lookahead lookahead ->
                    ReferenceAverages.synchronize(ReferenceProgram.this, lookahead, step);
                case OptimizerOp.Swap swap -> ReferenceAverages.swap(ReferenceProgram.this, swap);
                case Pause pause -> throw new IllegalArgumentException(pause + " divides plans and is in none");
            }
        }

        private void round(Tensor tensor) {
            double[] array = values(tensor);
            for (int i = 0; i < array.length; i++) {
                array[i] = BFloat16.round((float) array[i]);
            }
        }
    }
}
