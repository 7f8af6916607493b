package dev.lethe.nativelib.cpu.memory;

import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionOp;
import java.util.Map;
import java.util.TreeMap;

/**
 * The algorithm of each convolution of a program.
 *
 * @param byName algorithms by {@link ChoosableConvolution#name}; other convolutions are direct
 */
public record ConvolutionAlgorithms(Map<String, ConvolutionAlgorithm> byName) {
    /** The direct algorithm everywhere. */
    public static final ConvolutionAlgorithms DIRECT = new ConvolutionAlgorithms(Map.of());

    /** Returns one algorithm for every convolution that it can compute. */
    public static ConvolutionAlgorithms every(ProgramSpec spec, ConvolutionAlgorithm algorithm) {
        Map<String, ConvolutionAlgorithm> chosen = new TreeMap<>();
        if (algorithm.tileSide() > 0) {
            ChoosableConvolution.of(spec).forEach(convolution -> chosen.put(convolution.name(), algorithm));
        }
        return new ConvolutionAlgorithms(chosen);
    }

    /**
     * Returns the recorded algorithms of the convolutions of a program.
     *
     * @param algorithms by {@link ChoosableConvolution#name}
     */
    public static ConvolutionAlgorithms recorded(ProgramSpec spec, Map<String, ConvolutionAlgorithm> algorithms) {
        Map<String, ConvolutionAlgorithm> chosen = new TreeMap<>(algorithms);
        chosen.values().removeIf(algorithm -> algorithm.tileSide() == 0);
        chosen.keySet().retainAll(ChoosableConvolution.of(spec).map(ChoosableConvolution::name).toList());
        return new ConvolutionAlgorithms(chosen);
    }

    /** Returns the side of the tiles of Winograd's algorithm for an operation, 0 for the direct one. */
    public int tileSide(ConvolutionOp op) {
        return ChoosableConvolution.of(op).map(convolution -> byName.get(convolution.name()))
                .map(ConvolutionAlgorithm::tileSide).orElse(0);
    }
}
