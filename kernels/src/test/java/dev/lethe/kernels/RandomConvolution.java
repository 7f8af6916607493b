package dev.lethe.kernels;

import static dev.lethe.kernels.Tensors.gradient;
import static dev.lethe.kernels.Tensors.parameter;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.BFloat16;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A convolution drawn at random, with its gradients: small images of any proportions, and strides, paddings and
 * dilations that no network has, but that {@link ConvolutionSpec} accepts.
 *
 * @param seed seed of the draw
 * @param batch number of examples
 * @param height rows of the images
 * @param width columns of the images
 * @param spec sizes of the convolution
 * @param bias whether gradients of a bias are made with those of the weights
 */
record RandomConvolution(long seed, int batch, int height, int width, ConvolutionSpec spec, boolean bias) {
    /** The most multiplications of a forward pass, so that the scalar reference takes milliseconds. */
    private static final long MOST_PRODUCTS = 300_000;
    private static final long MOST_ELEMENTS = 60_000;
    /** The factor by which one convolution in a hundred may be larger. */
    private static final long MANY_TIMES = 30;
    private static final int[] KERNELS = {1, 1, 2, 3, 3, 3, 3, 4, 5, 7};
    private static final int[] CHANNELS = {1, 2, 3, 5, 8, 9, 12, 16, 17, 24, 31, 32, 33, 48, 64, 65, 100, 128};
    private static final int[] EXTREMES = {9, 11, 30, 100, 1_000, 10_000, 65_535, 65_536, 1 << 20, 1 << 30,
            Integer.MAX_VALUE};

    /** Draws the convolution that belongs to a seed. */
    static RandomConvolution of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long times = random.nextInt(100) == 0 ? MANY_TIMES : 1;
        while (true) {
            Optional<RandomConvolution> drawn = draw(seed, random);
            if (drawn.isPresent() && drawn.get().isSmall(times)) {
                return drawn.get();
            }
        }
    }

    private static Optional<RandomConvolution> draw(long seed, SplittableRandom random) {
        int groups = random.nextInt(5) == 0 ? pick(random, 2, 3, 4, 8, 16) : 1;
        int inputs = groups * pick(random, CHANNELS);
        int outputs = groups * pick(random, CHANNELS);
        if (groups > 1 && random.nextInt(2) == 0) {
            inputs = groups;
            outputs = groups; // depthwise
        }
        int kernel = pick(random, KERNELS);
        int stride = extreme(random, pick(random, 1, 1, 1, 2, 2, 3, 4, 5, 7));
        int padding = extreme(random, random.nextInt(3) == 0 ? random.nextInt(10) : random.nextInt(kernel));
        int dilation = extreme(random, random.nextInt(3) == 0 ? 1 + random.nextInt(10) : 1);
        int batch = pick(random, 1, 1, 2, 3, 4, 5, 7, 9, 16, 17, 33);
        int height = side(random);
        int width = random.nextBoolean() ? height : side(random);
        try {
            ConvolutionSpec spec = new ConvolutionSpec(inputs, outputs, kernel, stride, padding, dilation, groups);
            spec.outputShape(Shape.of(batch, height, width, inputs));
            return Optional.of(new RandomConvolution(seed, batch, height, width, spec, random.nextBoolean()));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // no such convolution, and refused by name
        }
    }

    private static int side(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0, 1 -> 1 + random.nextInt(4);
            case 2 -> 1 + random.nextInt(12);
            default -> 1 + random.nextInt(40);
        };
    }

    private static int extreme(SplittableRandom random, int usual) {
        return random.nextInt(40) == 0 ? pick(random, EXTREMES) : usual;
    }

    private static int pick(SplittableRandom random, int... values) {
        return values[random.nextInt(values.length)];
    }

    private Shape input() {
        return Shape.of(batch, height, width, spec.inputChannels());
    }

    private boolean isSmall(long times) {
        Shape output = spec.outputShape(input());
        double products = (double) output.elements() * spec.inputChannels() / spec.groups() * spec.kernel()
                * spec.kernel();
        return products <= times * MOST_PRODUCTS && output.elements() <= times * MOST_ELEMENTS
                && input().elements() <= times * MOST_ELEMENTS;
    }

    /** Returns the most products that a value of any result sums up. */
    long terms() {
        return (long) spec.kernel() * spec.kernel() * Math.max(spec.inputChannels(), spec.outputChannels())
                + spec.outputShape(input()).elements() / spec.outputChannels();
    }

    /** Returns the convolution with and without bias and ReLU, and its gradients, on random numbers. */
    OpRunner runner(DType activations) {
        Tensor input = activation("input", activations, input());
        Shape out = spec.outputShape(input.shape());
        Tensor weights = parameter("weights", spec.weightsShape());
        Tensor shift = parameter("bias", Shape.of(spec.outputChannels()));
        Tensor outputGradient = activation("outputGradient", activations, out);
        return new OpRunner(batch,
                new ConvolutionOp.Forward(spec, input, weights, Optional.empty(), Activation.IDENTITY,
                        activation("output", activations, out)),
                new ConvolutionOp.Forward(spec, input, weights, Optional.of(shift), Activation.RELU,
                        activation("clamped", activations, out)),
                new ConvolutionOp.BackwardData(spec, outputGradient, weights,
                        activation("inputGradient", activations, input.shape())),
                new ConvolutionOp.BackwardWeights(spec, input, outputGradient,
                        gradient("weightsGradient", weights.shape()),
                        bias ? Optional.of(gradient("biasGradient", shift.shape())) : Optional.empty()))
                .input(weights, weights(weights.shape(), activations)).randomInputs(seed);
    }

    /** Returns normally distributed weights, rounded as products in narrow types round them. */
    private float[] weights(Shape shape, DType activations) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            float value = (float) random.nextGaussian();
            values[i] = activations == DType.BF16 ? BFloat16.round(value) : value;
        }
        return values;
    }

    private static Tensor activation(String name, DType dtype, Shape shape) {
        return new Tensor(name, Tensor.Role.ACTIVATION, dtype, shape);
    }
}
