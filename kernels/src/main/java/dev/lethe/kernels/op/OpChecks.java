package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks of the compact constructors of operations and plans; every failure names the tensor. */
public final class OpChecks {
    private OpChecks() {}

    /**
     * Verifies a condition on a tensor.
     *
     * @param problem first part of the message, before the tensor
     * @throws IllegalArgumentException when it does not hold
     */
    public static void require(boolean holds, String problem, Tensor tensor) {
        if (!holds) {
            throw new IllegalArgumentException(problem + ": " + tensor);
        }
    }

    static void requireShape(Tensor tensor, Shape shape) {
        if (!tensor.shape().equals(shape)) {
            throw new IllegalArgumentException("expected shape " + shape + ": " + tensor);
        }
    }

    static void requireSameType(Tensor tensor, Tensor... others) {
        for (Tensor other : others) {
            require(other.dtype() == tensor.dtype(), "expected the type of " + tensor, other);
        }
    }

    static void requireInts(Tensor tensor, Role role) {
        require(tensor.role() == role && tensor.dtype() == DType.S32 && tensor.shape().rank() == 1,
                "expected one S32 a row with role " + role, tensor);
    }

    static void requireConvolution(ConvolutionSpec spec, Tensor input, Tensor weights, Tensor output) {
        requireShape(weights, spec.weightsShape());
        requireShape(output, spec.outputShape(input.shape()));
    }

    static void requireLinear(Tensor input, Tensor weights, Tensor output) {
        require(output.shape().rank() == 2, "the output of a linear layer is (N, O)", output);
        require(output.shape().dim(0) == input.shape().dim(0), "input and output differ in batch: " + input, output);
        requireShape(weights, Shape.of(output.shape().dim(1), Math.toIntExact(input.shape().elementsPerExample())));
    }

    /** Verifies the last extent of a tensor of (N, H, W, C) or (N, C). */
    static void requireChannels(Tensor tensor, int channels) {
        require(tensor.shape().rank() == 4 || tensor.shape().rank() == 2, "expected (N, H, W, C) or (N, C)", tensor);
        require(tensor.shape().dim(tensor.shape().rank() - 1) == channels, "expected channels=" + channels, tensor);
    }

    static void requireGlobalPool(Tensor images, Tensor means) {
        require(images.shape().rank() == 4, "expected (N, H, W, C)", images);
        requireShape(means, Shape.of(images.shape().dim(0), images.shape().dim(3)));
    }

    static List<Tensor> with(Optional<Tensor> last, Tensor... first) {
        return Stream.concat(Stream.of(first), last.stream()).toList();
    }
}
