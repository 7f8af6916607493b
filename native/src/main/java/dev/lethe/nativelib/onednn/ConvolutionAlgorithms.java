package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.ConvolutionAlgorithm;
import dev.lethe.kernels.ConvolutionOp;
import dev.lethe.kernels.ConvolutionSpec;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.simd.WinogradTiles;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which algorithm computes which convolution of a program. Convolutions have names that say all that the choice depends
 * on but the batch, so that all plans of a program compute a convolution in the same way.
 *
 * @param byName what is not in it is direct
 */
record ConvolutionAlgorithms(Map<String, ConvolutionAlgorithm> byName) {
    /** The direct algorithm everywhere. */
    static final ConvolutionAlgorithms DIRECT = new ConvolutionAlgorithms(Map.of());

    /** One for every convolution that it can compute. */
    static ConvolutionAlgorithms every(ProgramSpec spec, ConvolutionAlgorithm algorithm) {
        Map<String, ConvolutionAlgorithm> chosen = new TreeMap<>();
        choosable(spec).forEach(op -> chosen.put(name(op).orElseThrow(), algorithm));
        return new ConvolutionAlgorithms(chosen);
    }

    /** Those recorded for a program's convolutions. */
    static ConvolutionAlgorithms recorded(ProgramSpec spec, Map<String, ConvolutionAlgorithm> algorithms) {
        Map<String, ConvolutionAlgorithm> chosen = new TreeMap<>();
        choosable(spec).map(op -> name(op).orElseThrow()).filter(algorithms::containsKey)
                .forEach(name -> chosen.put(name, algorithms.get(name)));
        return new ConvolutionAlgorithms(chosen);
    }

    /** Convolutions of the program for which there is more than the direct algorithm, in order. */
    static Stream<ConvolutionOp> choosable(ProgramSpec spec) {
        return spec.plans().stream().flatMap(plan -> plan.ops().stream()).filter(ConvolutionOp.class::isInstance)
                .map(ConvolutionOp.class::cast).filter(op -> name(op).isPresent());
    }

    /** What a convolution is called; empty where there is only the direct algorithm. */
    static Optional<String> name(ConvolutionOp op) {
        return switch (op) {
            case ConvolutionOp.Forward forward -> name("forward", forward.spec(), forward.input());
            case ConvolutionOp.BackwardData data -> name("backward data", data.spec(), data.inputGradient());
            case ConvolutionOp.BackwardWeights weights -> name("backward weights", weights.spec(), weights.input());
            case ConvolutionOp.BackwardBias _ -> Optional.empty(); // a sum
        };
    }

    private static Optional<String> name(String direction, ConvolutionSpec spec, Tensor input) {
        if (input.dtype() != DType.F32 || !WinogradTiles.accepts(spec)) { // why: decisions/0009
            return Optional.empty();
        }
        return Optional.of("%s 3x3 %d to %d channels, %dx%d padded by %d".formatted(direction, spec.inputChannels(),
                spec.outputChannels(), input.shape().dim(1), input.shape().dim(2), spec.padding()));
    }

    /** The side of the tiles of Winograd's algorithm for an operation, 0 for the direct one. */
    int tileSide(ConvolutionOp op) {
        return name(op).map(byName::get).map(ConvolutionAlgorithm::tileSide).orElse(0);
    }
}
