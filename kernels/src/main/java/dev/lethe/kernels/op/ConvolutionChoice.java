package dev.lethe.kernels.op;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.host.ConvolutionTimings;
import java.util.Map;

/**
 * The choice of an algorithm for each convolution of a program. Algorithms round differently, so a run is repeated to
 * the bit only with its choice. A backend uses the direct algorithm where it has no other.
 */
public sealed interface ConvolutionChoice {
    /** The direct algorithm everywhere. */
    ConvolutionChoice DIRECT = new Every(ConvolutionAlgorithm.DIRECT);
    /** Winograd's F(4x4, 3x3) for every convolution that it can compute. */
    ConvolutionChoice WINOGRAD = new Every(ConvolutionAlgorithm.WINOGRAD_4);
    /** Tensor cores for every convolution of floats, on GPUs that have them. */
    ConvolutionChoice TF32 = new Every(ConvolutionAlgorithm.TF32);
    /** The fastest for each convolution, as measured on this processor. */
    ConvolutionChoice FASTEST = new Fastest();

    /** One algorithm for every convolution that it can compute. */
    record Every(ConvolutionAlgorithm algorithm) implements ConvolutionChoice {}

    /**
     * The fastest algorithm, measured when a program is first compiled and then remembered
     * ({@link ConvolutionTimings}).
     */
    record Fastest() implements ConvolutionChoice {}

    /**
     * The choice of another program.
     *
     * @param algorithms result of that program's {@link Program#convolutions}
     */
    record Recorded(Map<String, ConvolutionAlgorithm> algorithms) implements ConvolutionChoice {
        /** Keeps copies that do not change. */
        public Recorded {
            algorithms = Map.copyOf(algorithms);
        }
    }
}
