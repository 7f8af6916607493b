package dev.lethe.nativelib.cpu.memory;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.simd.BatchBlock;
import dev.lethe.kernels.simd.Floats;
import dev.lethe.kernels.simd.LossPass;
import dev.lethe.kernels.tensor.BFloat16;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.stream.Stream;

/** The layout of a worker's slice of activations. */
public enum ActivationLayout {
    /** The layout (N, H, W, C), for channels that fill vectors. */
    CHANNELS_LAST {
        @Override
        public long bytes(Tensor activation, int examples) {
            return activation.shape().elementsPerExample() * examples * activation.dtype().bytes();
        }

        @Override
        public long element(long elementsPerExample, int example, long element) {
            return example * elementsPerExample + element;
        }

        @Override
        public int places(int examples) {
            return examples;
        }

        @Override
        public LossPass lossPass(SoftmaxCrossEntropy op) {
            Tensor gradient = op.logitsGradient().orElse(op.logits());
            return LossPass.channelsLast(classes(op), op.meanOver(), op.labelSmoothing(), op.logits().dtype(),
                    gradient.dtype());
        }

        @Override
        public String label() {
            return "channels last";
        }
    },
    /** The layout of blocks of (H, W, C, N), see {@link BatchBlock}, for few channels. */
    BATCH_LAST {
        @Override
        public long bytes(Tensor activation, int examples) {
            return BatchBlock.bytes(activation.shape().elementsPerExample(), examples);
        }

        @Override
        public long element(long elementsPerExample, int example, long element) {
            long block = example / BatchBlock.EXAMPLES;
            return (block * elementsPerExample + element) * BatchBlock.EXAMPLES + example % BatchBlock.EXAMPLES;
        }

        @Override
        public int places(int examples) {
            return BatchBlock.count(examples) * BatchBlock.EXAMPLES;
        }

        @Override
        public LossPass lossPass(SoftmaxCrossEntropy op) {
            return LossPass.batchLast(classes(op), op.meanOver(), op.labelSmoothing());
        }

        @Override
        public String label() {
            return "batch last";
        }
    };

    /** The share of lanes filled by channels below which examples fill them better: decisions/0005. */
    private static final double FEW_CHANNELS = 0.8;

    /** Returns the bytes of a number of examples of an activation. */
    public abstract long bytes(Tensor activation, int examples);

    /** Returns the index of one element of one example of the slice. */
    public abstract long element(long elementsPerExample, int example, long element);

    /**
     * Returns the number of examples that memory has room for, which is larger than that of the slice if the layout
     * pads.
     */
    public abstract int places(int examples);

    /** Makes the pass that computes the loss over logits in this layout. */
    public abstract LossPass lossPass(SoftmaxCrossEntropy op);

    /** Returns the layout in words. */
    public abstract String label();

    private static int classes(SoftmaxCrossEntropy op) {
        return op.logits().shape().dim(1);
    }

    /**
     * Copies a worker's slice of an activation from the caller's array into memory.
     *
     * @param memory of the slice, in this layout
     * @param values of the whole batch, row-major
     */
    public void write(MemorySegment memory, Tensor activation, BatchSlice slice, float[] values) {
        int elements = Math.toIntExact(activation.shape().elementsPerExample());
        memory.fill((byte) 0);
        for (int n = 0; n < slice.examples(); n++) {
            for (int i = 0; i < elements; i++) {
                float value = values[(slice.first() + n) * elements + i];
                long at = element(elements, n, i);
                if (activation.dtype() == DType.BF16) {
                    memory.setAtIndex(JAVA_SHORT, at, BFloat16.bits(value));
                } else {
                    memory.setAtIndex(JAVA_FLOAT, at, value);
                }
            }
        }
    }

    /**
     * Copies a worker's slice of an activation from memory into the caller's array.
     *
     * @param memory of the slice, in this layout
     * @param values of the whole batch, row-major
     */
    public void read(MemorySegment memory, Tensor activation, BatchSlice slice, float[] values) {
        int elements = Math.toIntExact(activation.shape().elementsPerExample());
        for (int n = 0; n < slice.examples(); n++) {
            for (int i = 0; i < elements; i++) {
                long at = element(elements, n, i);
                values[(slice.first() + n) * elements + i] = activation.dtype() == DType.BF16
                        ? BFloat16.value(memory.getAtIndex(JAVA_SHORT, at))
                        : memory.getAtIndex(JAVA_FLOAT, at);
            }
        }
    }

    /** Tells whether the kernels of this layout can run the program. */
    public boolean accepts(ProgramSpec spec) {
        return this == CHANNELS_LAST || Set.of(DType.F32).containsAll(spec.activationTypes()) && spec.plans().stream()
                .flatMap(plan -> plan.ops().stream()).allMatch(ActivationLayout::hasBatchLastKernel);
    }

    private static boolean hasBatchLastKernel(Op op) {
        return switch (op) {
            case ConvolutionOp.Forward convolution -> convolution.spec().groups() == 1;
            case ConvolutionOp.BackwardBias _,BatchNormOp.Forward _,BatchNormOp.Backward _ -> false;
            case PointwiseOp.Add _,PointwiseOp.Drop _ -> false;
            case PoolOp.GlobalAverageForward _,PoolOp.GlobalAverageBackward _ -> false;
            case PoolOp.AverageForward _,PoolOp.AverageBackward _ -> false;
            default -> true;
        };
    }

    /**
     * Returns the faster layout for a program: batch-last if the output channels of its convolutions would leave more
     * than a fifth of the lanes empty and a worker has enough examples to fill them.
     */
    public static ActivationLayout fastest(ProgramSpec spec, int workers) {
        double filled = 0;
        double all = 0;
        for (ConvolutionOp.Forward convolution : convolutions(spec.plans().getFirst()).toList()) {
            double flops = convolution.spec().flopsPerExample(convolution.input().shape());
            int channels = convolution.spec().outputChannels();
            int lanes = (channels + Floats.lanes() - 1) / Floats.lanes() * Floats.lanes();
            filled += flops * channels / lanes;
            all += flops;
        }
        boolean enoughExamples = BatchSlice.of(spec.plans().getFirst().batch(), 0, workers).examples() >= Floats
                .lanes();
        return all > 0 && filled / all < FEW_CHANNELS && enoughExamples && BATCH_LAST.accepts(spec)
                ? BATCH_LAST
                : CHANNELS_LAST;
    }

    private static Stream<ConvolutionOp.Forward> convolutions(PlanSpec plan) {
        return plan.ops().stream().filter(ConvolutionOp.Forward.class::isInstance)
                .map(ConvolutionOp.Forward.class::cast);
    }
}
