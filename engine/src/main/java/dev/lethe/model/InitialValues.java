package dev.lethe.model;

import dev.lethe.kernels.Philox;
import dev.lethe.kernels.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * Makes the first values of parameters.
 *
 * @param seed of what is drawn
 * @param images of the training set, for parameters that begin with what they find there
 */
record InitialValues(long seed, Optional<TrainingImages> images) {

    /**
     * Values of one parameter.
     *
     * @param index of the parameter in its network
     * @throws IllegalArgumentException when they come from training images and there are none
     */
    float[] of(Parameter parameter, int index) {
        Shape shape = parameter.tensor().shape();
        float[] values = new float[Math.toIntExact(shape.elements())];
        switch (parameter.initial()) {
            case Initial.Constant constant -> fill(values, constant);
            case Initial.UniformFanIn _ -> fillUniform(values, parameter.fanIn(), index);
            case Initial.NormalFanOut _ -> fillNormal(values, parameter.fanOut(), index);
            case Initial.Dirac _ -> {
                fillUniform(values, parameter.fanIn(), index);
                copyInputs(values, shape);
            }
            case Initial.Whitened whitened -> {
                TrainingImages found = images.orElseThrow(() -> new IllegalArgumentException(
                        parameter.tensor() + " begins with what training images say: hand them over"));
                return Whitening.filters(found, shape.dim(3), whitened.epsilon());
            }
        }
        return values;
    }

    /** Values of a running statistic. */
    static float[] of(Shape shape, Initial.Constant constant) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        fill(values, constant);
        return values;
    }

    private static void fill(float[] values, Initial.Constant constant) {
        Arrays.fill(values, constant.value());
    }

    private void fillUniform(float[] values, double fanIn, int index) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2.0 * Philox.uniform(seed, Philox.Stream.INITIALIZATION, index, i) - 1)
                    / Math.sqrt(fanIn));
        }
    }

    private void fillNormal(float[] values, double fanOut, int index) {
        for (int i = 0; i < values.length; i++) {
            // Box and Muller's transform of two uniform numbers from halves of one draw
            long bits = Philox.bits(seed, Philox.Stream.INITIALIZATION, index, i);
            double radius = Math.sqrt(-2 * StrictMath.log(((bits >>> 32) + 1) * 0x1p-32));
            double angle = 2 * Math.PI * ((bits & 0xFFFFFFFFL) * 0x1p-32);
            values[i] = (float) (Math.sqrt(2 / fanOut) * radius * StrictMath.cos(angle));
        }
    }

    /** Turns filter i of (O, I, K, K) into one that yields channel i of its input, as PyTorch's {@code dirac_}. */
    private static void copyInputs(float[] values, Shape shape) {
        int taps = shape.dim(2) * shape.dim(3);
        int filter = shape.dim(1) * taps;
        int centre = shape.dim(2) / 2 * shape.dim(3) + shape.dim(3) / 2;
        for (int i = 0; i < Math.min(shape.dim(0), shape.dim(1)); i++) {
            Arrays.fill(values, i * filter, (i + 1) * filter, 0);
            values[i * filter + i * taps + centre] = 1;
        }
    }
}
