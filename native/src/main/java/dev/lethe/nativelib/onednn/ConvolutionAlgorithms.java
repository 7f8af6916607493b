package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.ConvolutionAlgorithm;
import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.ProgramSpec;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which algorithm computes which convolution of a program.
 *
 * @param byName algorithms by {@link ChoosableConvolution#name}; what is not in it is direct
 */
record ConvolutionAlgorithms(Map<String, ConvolutionAlgorithm> byName) {
    /** The direct algorithm everywhere. */
    static final ConvolutionAlgorithms DIRECT = new ConvolutionAlgorithms(Map.of());

    /** One for every convolution that it can compute. */
    static ConvolutionAlgorithms every(ProgramSpec spec, ConvolutionAlgorithm algorithm) {
        Map<String, ConvolutionAlgorithm> chosen = new TreeMap<>();
        if (algorithm.tileSide() > 0) {
            ChoosableConvolution.of(spec).forEach(convolution -> chosen.put(convolution.name(), algorithm));
        }
        return new ConvolutionAlgorithms(chosen);
    }

    /** Those recorded for a program's convolutions. */
    static ConvolutionAlgorithms recorded(ProgramSpec spec, Map<String, ConvolutionAlgorithm> algorithms) {
        Map<String, ConvolutionAlgorithm> chosen = new TreeMap<>(algorithms);
        chosen.values().removeIf(algorithm -> algorithm.tileSide() == 0);
        chosen.keySet().retainAll(ChoosableConvolution.of(spec).map(ChoosableConvolution::name).toList());
        return new ConvolutionAlgorithms(chosen);
    }

    /** The side of the tiles of Winograd's algorithm for an operation, 0 for the direct one. */
    int tileSide(ConvolutionOp op) {
        return ChoosableConvolution.of(op).map(convolution -> byName.get(convolution.name()))
                .map(ConvolutionAlgorithm::tileSide).orElse(0);
    }
}
