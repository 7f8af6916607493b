package dev.lethe.kernels;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A pooling drawn at random, with its gradient: windows that overlap, leave pixels out, or are as large as the image.
 *
 * @param seed seed of the draw
 * @param input (N, H, W, C)
 * @param spec windows of the pooling
 * @param activation activation that is joined with a maximum
 */
record RandomPool(long seed, Shape input, PoolSpec spec, Activation activation) {
    private static final int MOST_ELEMENTS = 60_000;
    private static final int[] CHANNELS = {1, 2, 3, 5, 8, 10, 16, 17, 24, 33, 64, 65};

    /** Draws the pooling that belongs to a seed. */
    static RandomPool of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        while (true) {
            int window = 1 + random.nextInt(7);
            int stride = random.nextInt(3) == 0 ? window : 1 + random.nextInt(9);
            if (random.nextInt(40) == 0) {
                stride = Integer.MAX_VALUE >>> random.nextInt(16);
            }
            int padding = random.nextInt(3) == 0 ? random.nextInt(window / 2 + 1) : 0;
            Shape input = Shape.of(1 + random.nextInt(20), 1 + random.nextInt(30), 1 + random.nextInt(30),
                    CHANNELS[random.nextInt(CHANNELS.length)]);
            int least = Math.min(input.dim(1), input.dim(2)) + 2 * padding;
            if (least >= window && input.elements() <= MOST_ELEMENTS) {
                return new RandomPool(seed, input, new PoolSpec(window, stride, padding),
                        Activation.values()[random.nextInt(Activation.values().length)]);
            }
        }
    }

    /**
     * Returns the maxima and their gradient, on numbers with many ties, and the means with theirs.
     *
     * @param means whether the backend has means over windows
     */
    OpRunner runner(DType activations, boolean means) {
        Shape out = spec.outputShape(input);
        Tensor images = activation("input", activations, input);
        Tensor gradient = activation("outputGradient", activations, out);
        Tensor read = activation("readMaxima", activations, out);
        List<Op> ops = new ArrayList<>(List.of(new PoolOp.MaxForward(spec, images, activation, read),
                new PoolOp.MaxBackward(spec, images, read, activation, gradient,
                        activation("inputGradient", activations, input)),
                new PoolOp.MaxForward(spec, images, activation, activation("maxima", activations, out))));
        if (means) {
            ops.add(new PoolOp.AverageForward(spec, images, activation("means", activations, out)));
            ops.add(new PoolOp.AverageBackward(spec, gradient, activation("meansGradient", activations, input)));
        }
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[Math.toIntExact(input.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-3, 4);
        }
        return new OpRunner(input.dim(0), ops.toArray(Op[]::new)).intermediate(read)
                .input(images, values).randomInputs(seed);
    }

    private static Tensor activation(String name, DType dtype, Shape shape) {
        return new Tensor(name, Tensor.Role.ACTIVATION, dtype, shape);
    }
}
