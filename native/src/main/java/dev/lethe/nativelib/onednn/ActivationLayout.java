package dev.lethe.nativelib.onednn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.Op;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.simd.BatchBlock;
import dev.lethe.kernels.simd.Floats;
import dev.lethe.kernels.simd.LossPass;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;

/** How a worker lays out its share of activations. */
enum ActivationLayout {
    /** (N, H, W, C): what oneDNN's kernels read, good where channels fill vectors. */
    CHANNELS_LAST {
        @Override
        long bytes(Tensor activation, int examples) {
            return activation.shape().elementsPerExample() * examples * activation.dtype().bytes();
        }

        @Override
        long element(long elementsPerExample, int example, long element) {
            return example * elementsPerExample + element;
        }

        @Override
        int places(int examples) {
            return examples;
        }

        @Override
        LossPass lossPass(int classes, int batch, float labelSmoothing) {
            return LossPass.channelsLast(classes, batch, labelSmoothing);
        }

        @Override
        String kernels() {
            return "oneDNN's, channels last";
        }
    },
    /** Blocks of (H, W, C, N), see {@link BatchBlock}: for Lethe's own kernels, good where channels are few. */
    BATCH_LAST {
        @Override
        long bytes(Tensor activation, int examples) {
            return BatchBlock.bytes(activation.shape().elementsPerExample(), examples);
        }

        @Override
        long element(long elementsPerExample, int example, long element) {
            long block = example / BatchBlock.EXAMPLES;
            return (block * elementsPerExample + element) * BatchBlock.EXAMPLES + example % BatchBlock.EXAMPLES;
        }

        @Override
        int places(int examples) {
            return BatchBlock.count(examples) * BatchBlock.EXAMPLES;
        }

        @Override
        LossPass lossPass(int classes, int batch, float labelSmoothing) {
            return LossPass.batchLast(classes, batch, labelSmoothing);
        }

        @Override
        String kernels() {
            return "Lethe's own, batch last";
        }
    };

    /** Below this share of lanes that channels would fill, examples fill them better: decisions/0005. */
    private static final double FEW_CHANNELS = 0.8;

    /** Bytes of so many examples of an activation. */
    abstract long bytes(Tensor activation, int examples);

    /** The index of one element of one example of the share. */
    abstract long element(long elementsPerExample, int example, long element);

    /** The examples that memory has room for: more than there are where the layout pads. */
    abstract int places(int examples);

    /** The loss over logits in this layout. */
    abstract LossPass lossPass(int classes, int batch, float labelSmoothing);

    /** Whose kernels the layout is for, in words. */
    abstract String kernels();

    void write(MemorySegment memory, Tensor activation, Share share, float[] values) {
        int elements = Math.toIntExact(activation.shape().elementsPerExample());
        memory.fill((byte) 0);
        for (int n = 0; n < share.examples(); n++) {
            for (int i = 0; i < elements; i++) {
                memory.setAtIndex(JAVA_FLOAT, element(elements, n, i), values[(share.first() + n) * elements + i]);
            }
        }
    }

    void read(MemorySegment memory, Tensor activation, Share share, float[] values) {
        int elements = Math.toIntExact(activation.shape().elementsPerExample());
        for (int n = 0; n < share.examples(); n++) {
            for (int i = 0; i < elements; i++) {
                values[(share.first() + n) * elements + i] = memory.getAtIndex(JAVA_FLOAT, element(elements, n, i));
            }
        }
    }

    /** Whether the kernels of this layout can run the program. */
    boolean accepts(ProgramSpec spec) {
        return this == CHANNELS_LAST || spec.plans().stream().flatMap(plan -> plan.ops().stream())
                .allMatch(ActivationLayout::hasBatchLastKernel);
    }

    private static boolean hasBatchLastKernel(Op op) {
        return switch (op) {
            case Op.ConvolutionForward convolution -> convolution.spec().groups() == 1;
            case Op.BatchNormForward _,Op.BatchNormBackward _ -> false;
            case Op.Add _,Op.GlobalAveragePoolForward _,Op.GlobalAveragePoolBackward _ -> false;
            default -> true;
        };
    }

    /**
     * The faster layout for a program: batch-last where the output channels of its convolutions would leave more than a
     * fifth of the lanes empty, and a worker has the examples to fill them.
     */
    static ActivationLayout fastest(ProgramSpec spec, int workers) {
        double filled = 0;
        double all = 0;
        for (Op.ConvolutionForward convolution : convolutions(spec.plans().getFirst()).toList()) {
            double flops = convolution.spec().flopsPerExample(convolution.input().shape());
            int channels = convolution.spec().outputChannels();
            int lanes = (channels + Floats.lanes() - 1) / Floats.lanes() * Floats.lanes();
            filled += flops * channels / lanes;
            all += flops;
        }
        boolean enoughExamples = Share.of(spec.plans().getFirst().batch(), 0, workers).examples() >= Floats.lanes();
        return all > 0 && filled / all < FEW_CHANNELS && enoughExamples && BATCH_LAST.accepts(spec)
                ? BATCH_LAST
                : CHANNELS_LAST;
    }

    private static Stream<Op.ConvolutionForward> convolutions(PlanSpec plan) {
        return plan.ops().stream().filter(Op.ConvolutionForward.class::isInstance)
                .map(Op.ConvolutionForward.class::cast);
    }
}
