package dev.lethe.nativelib.cpu.memory;

import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A convolution with more algorithms than the direct one.
 *
 * @param op operation that computes it, in one of three directions
 * @param direction name of the direction: forward, backward data or backward weights
 * @param image input of the convolution, or a tensor of its shape
 */
public record ChoosableConvolution(ConvolutionOp op, String direction, ConvolutionSpec spec, Tensor image) {
    /** Returns an operation as a choosable convolution; empty if it is none, or has the direct algorithm only. */
    public static Optional<ChoosableConvolution> of(Op op) {
        return Optional.ofNullable(switch (op) {
            case ConvolutionOp.Forward f -> new ChoosableConvolution(f, "forward", f.spec(), f.input());
            case ConvolutionOp.BackwardData d ->
                new ChoosableConvolution(d, "backward data", d.spec(), d.inputGradient());
            case ConvolutionOp.BackwardWeights w ->
                new ChoosableConvolution(w, "backward weights", w.spec(), w.input());
            default -> null;
        }).filter(convolution -> convolution.image.dtype() == DType.F32) // why: decisions/0009
                .filter(convolution -> WinogradTiles.accepts(convolution.spec));
    }

    /** Returns the choosable convolutions of a program, in order. */
    public static Stream<ChoosableConvolution> of(ProgramSpec spec) {
        return spec.plans().stream().flatMap(plan -> plan.ops().stream()).flatMap(op -> of(op).stream());
    }

    /**
     * Returns the name, which holds everything that the choice depends on except the batch, so that all plans of a
     * program compute the convolution in the same way.
     */
    public String name() {
        return "%s 3x3 %d to %d channels, %dx%d padded by %d".formatted(direction, spec.inputChannels(),
                spec.outputChannels(), image.shape().dim(1), image.shape().dim(2), spec.padding());
    }

    /** Returns the tiles of an algorithm other than the direct one. */
    public WinogradTiles tiles(ConvolutionAlgorithm algorithm) {
        return WinogradTiles.of(algorithm.tileSide(), spec, image.shape());
    }

    /** Returns the same operation on another number of examples. */
    public ConvolutionOp withBatch(int batch) {
        return switch (op) {
            case ConvolutionOp.Forward f -> new ConvolutionOp.Forward(f.spec(), of(f.input(), batch), f.weights(),
                    f.bias(), f.activation(), of(f.output(), batch));
            case ConvolutionOp.BackwardData d -> new ConvolutionOp.BackwardData(d.spec(),
                    of(d.outputGradient(), batch), d.weights(), of(d.inputGradient(), batch));
            case ConvolutionOp.BackwardWeights w -> new ConvolutionOp.BackwardWeights(w.spec(), of(w.input(), batch),
                    of(w.outputGradient(), batch), w.weightsGradient(), w.biasGradient());
            case ConvolutionOp.BackwardBias _ -> throw new IllegalStateException("no choice for " + op);
        };
    }

    private static Tensor of(Tensor tensor, int batch) {
        return new Tensor(tensor.name(), tensor.role(), tensor.dtype(), tensor.shape().withFirst(batch));
    }
}
