package dev.lethe.model;

import dev.lethe.kernels.Philox;
import dev.lethe.kernels.Shape;

/** Initial values of a parameter; each draws numbers of its own from the run's seed. */
public enum Initial {
    /** PyTorch's default for convolutions and linear layers: uniform in {@code +-1 / sqrt(fan_in)}. */
    UNIFORM_FAN_IN {
        @Override
        float value(double fanIn, double fanOut, long seed, int index, int i) {
            return (float) ((2.0 * Philox.uniform(seed, Philox.Stream.INITIALIZATION, index, i) - 1)
                    / Math.sqrt(fanIn));
        }
    },
    /** He et al., ICCV 2015, over the outputs: normal with variance {@code 2 / fan_out}. */
    NORMAL_FAN_OUT {
        @Override
        float value(double fanIn, double fanOut, long seed, int index, int i) {
            // Box and Muller's transform of two uniform numbers from halves of one draw
            long bits = Philox.bits(seed, Philox.Stream.INITIALIZATION, index, i);
            double radius = Math.sqrt(-2 * StrictMath.log(((bits >>> 32) + 1) * 0x1p-32));
            double angle = 2 * Math.PI * ((bits & 0xFFFFFFFFL) * 0x1p-32);
            return (float) (Math.sqrt(2 / fanOut) * radius * StrictMath.cos(angle));
        }
    },
    /** Zeros. */
    ZERO {
        @Override
        float value(double fanIn, double fanOut, long seed, int index, int i) {
            return 0;
        }
    },
    /** Ones. */
    ONE {
        @Override
        float value(double fanIn, double fanOut, long seed, int index, int i) {
            return 1;
        }
    };

    abstract float value(double fanIn, double fanOut, long seed, int index, int i);

    /**
     * Values of one parameter.
     *
     * @param fanIn inputs that one output of the layer sums up
     * @param fanOut outputs that one input of the layer goes into
     * @param index of the parameter in its network
     */
    float[] values(Shape shape, double fanIn, double fanOut, long seed, int index) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(fanIn, fanOut, seed, index, i);
        }
        return values;
    }
}
