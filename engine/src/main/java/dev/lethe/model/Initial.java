package dev.lethe.model;

/** How the first values of a parameter come about; random ones from numbers of its own, drawn by the run's seed. */
public sealed interface Initial {
    /** PyTorch's default for convolutions and linear layers: uniform in {@code +-1 / sqrt(fan_in)}. */
    Initial UNIFORM_FAN_IN = new UniformFanIn();
    /** He et al., ICCV 2015, over the outputs: normal with variance {@code 2 / fan_out}. */
    Initial NORMAL_FAN_OUT = new NormalFanOut();
    /** Zeros. */
    Initial ZERO = new Constant(0);
    /** Ones. */
    Initial ONE = new Constant(1);
    /** Of a convolution with I inputs: the first I filters copy their input, the others as {@link #UNIFORM_FAN_IN}. */
    Initial DIRAC = new Dirac();

    /** See {@link #UNIFORM_FAN_IN}. */
    record UniformFanIn() implements Initial {}

    /** See {@link #NORMAL_FAN_OUT}. */
    record NormalFanOut() implements Initial {}

    /** The same value everywhere. */
    record Constant(float value) implements Initial {}

    /** See {@link #DIRAC}. */
    record Dirac() implements Initial {}

    /**
     * Filters that make the patches of the training images uncorrelated and of variance 1, each also with its sign
     * changed, see {@link Whitening}.
     *
     * @param epsilon added to the variances, so that nearly constant directions are not blown up
     */
    record Whitened(double epsilon) implements Initial {
        public Whitened {
            if (!(epsilon > 0)) {
                throw new IllegalArgumentException("whitening epsilon=" + epsilon + ": it must be above 0");
            }
        }
    }
}
