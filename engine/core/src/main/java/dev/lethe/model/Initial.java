package dev.lethe.model;

import dev.lethe.kernels.random.Philox;
import dev.lethe.kernels.tensor.Shape;
import java.util.Arrays;
import java.util.function.Supplier;

/** Initial values of a parameter; each draws numbers of its own from the run's seed. */
public enum Initial {
    /** PyTorch's default for convolutions and linear layers: uniform in {@code +-1 / sqrt(fan_in)}. */
    UNIFORM_FAN_IN {
        @Override
        float[] values(Layout layout, long seed, int index, Supplier<ImageSample> images) {
            float[] values = layout.zeros();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((2.0 * Philox.uniform(seed, Philox.Stream.INITIALIZATION, index, i) - 1)
                        / Math.sqrt(layout.fanIn));
            }
            return values;
        }
    },
    /** He et al., ICCV 2015, over the outputs: normal with variance {@code 2 / fan_out}. */
    NORMAL_FAN_OUT {
        @Override
        float[] values(Layout layout, long seed, int index, Supplier<ImageSample> images) {
            float[] values = layout.zeros();
            double deviation = Math.sqrt(2 / layout.fanOut);
            for (int i = 0; i < values.length; i++) {
                // Box and Muller's transform of two uniform numbers from halves of one draw
                long bits = Philox.bits(seed, Philox.Stream.INITIALIZATION, index, i);
                double radius = Math.sqrt(-2 * StrictMath.log(((bits >>> 32) + 1) * 0x1p-32));
                double angle = 2 * Math.PI * ((bits & 0xFFFFFFFFL) * 0x1p-32);
                values[i] = (float) (deviation * radius * StrictMath.cos(angle));
            }
            return values;
        }
    },
    /**
     * Values of {@link #UNIFORM_FAN_IN}, except that the first outputs of a convolution, as many as it has inputs, pass
     * on one input each (Zagoruyko and Komodakis, 2017, in the form of airbench94).
     */
    DIRAC {
        @Override
        float[] values(Layout layout, long seed, int index, Supplier<ImageSample> images) {
            float[] values = UNIFORM_FAN_IN.values(layout, seed, index, images);
            int inputs = layout.shape.dim(1);
            int taps = layout.shape.dim(2) * layout.shape.dim(3);
            int center = layout.shape.dim(2) / 2 * layout.shape.dim(3) + layout.shape.dim(3) / 2;
            for (int o = 0; o < Math.min(layout.shape.dim(0), inputs); o++) {
                Arrays.fill(values, o * inputs * taps, (o + 1) * inputs * taps, 0);
                values[(o * inputs + o) * taps + center] = 1;
            }
            return values;
        }
    },
    /**
     * Filters that whiten patches of the training images, see {@link Whitening}; the other filters have the values of
     * {@link #UNIFORM_FAN_IN}.
     */
    WHITENING {
        @Override
        float[] values(Layout layout, long seed, int index, Supplier<ImageSample> images) {
            float[] values = UNIFORM_FAN_IN.values(layout, seed, index, images);
            float[] filters = Whitening.filters(images.get(), layout.shape.dim(2), layout.shape.dim(0));
            System.arraycopy(filters, 0, values, 0, filters.length);
            return values;
        }
    },
    /** Zeros. */
    ZERO {
        @Override
        float[] values(Layout layout, long seed, int index, Supplier<ImageSample> images) {
            return layout.zeros();
        }
    },
    /** Ones. */
    ONE {
        @Override
        float[] values(Layout layout, long seed, int index, Supplier<ImageSample> images) {
            float[] values = layout.zeros();
            Arrays.fill(values, 1);
            return values;
        }
    };

    /**
     * Place of a parameter in its layer.
     *
     * @param shape shape of the parameter
     * @param fanIn number of inputs that one output of the layer sums up
     * @param fanOut number of outputs that one input of the layer contributes to
     */
    record Layout(Shape shape, double fanIn, double fanOut) {
        static Layout of(Shape shape) {
            return new Layout(shape, 1, 1);
        }

        float[] zeros() {
            return new float[Math.toIntExact(shape.elements())];
        }
    }

    /**
     * Returns the initial values of the bias beside such weights: zeros for layers whose weights begin useful, as in
     * airbench94.
     */
    Initial ofBias() {
        return this == DIRAC || this == WHITENING ? ZERO : UNIFORM_FAN_IN;
    }

    /**
     * Returns the initial values of a parameter, in its logical layout.
     *
     * @param layout place of the parameter in its layer
     * @param seed seed of the run
     * @param index number of the parameter in its network
     * @param images sample of the training set
     */
    abstract float[] values(Layout layout, long seed, int index, Supplier<ImageSample> images);
}
