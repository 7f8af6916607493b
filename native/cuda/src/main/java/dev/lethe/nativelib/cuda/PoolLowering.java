package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The lowering of pooling. */
final class PoolLowering {
    private static final PoolSpec WHOLE_IMAGE = PoolSpec.tiles(1); // whose kernels do not look at it

    private final Lowering to;

    PoolLowering(Lowering to) {
        this.to = to;
    }

    List<DeviceCall> lower(PoolOp op) {
        return switch (op) {
            case PoolOp.MaxForward max -> windows("max_pool", max.spec(), to.of(max.input()), 0, max.output(),
                    max.input(), max.output(), max.activation());
            case PoolOp.MaxBackward max ->
                windows("max_pool_gradient", max.spec(), to.of(max.input()), to.of(max.outputGradient()),
                        max.inputGradient(), max.input(), max.output(), max.activation());
            case PoolOp.AverageForward average -> windows("average_pool", average.spec(), to.of(average.input()), 0,
                    average.output(), average.input(), average.output(), Activation.IDENTITY);
            case PoolOp.AverageBackward average ->
                windows("average_pool_gradient", average.spec(), 0, to.of(average.outputGradient()),
                        average.inputGradient(), average.inputGradient(), average.outputGradient(),
                        Activation.IDENTITY);
            case PoolOp.GlobalAverageForward average ->
                whole("global_average_" + average.input().dtype().label(), to.of(average.input()), 0,
                        average.output(), average.input());
            case PoolOp.GlobalAverageBackward average ->
                whole("global_average_gradient_" + average.outputGradient().dtype().label(), 0,
                        to.of(average.outputGradient()), average.inputGradient(), average.inputGradient());
        };
    }

    private List<DeviceCall> windows(String kernel, PoolSpec spec, long input, long outputGradient, Tensor result,
            Tensor images, Tensor outputs, Activation activation) {
        int channels = Lowering.channels(result);
        Shape output = outputs.shape();
        return call(Lowering.byLanes(kernel, result.dtype(), channels), result, to.structure().with(input)
                .with(outputGradient).with(to.of(result)), images.shape(), output.dim(1), output.dim(2), spec,
                activation, Lowering.lanes(result.dtype(), channels), images, outputs);
    }

    /**
     * Returns the call of a kernel whose name ends with the type of the result, and whose lanes are those of the
     * images.
     */
    private List<DeviceCall> whole(String kernel, long input, long outputGradient, Tensor result, Tensor images) {
        DType type = images.dtype();
        int channels = Lowering.channels(images);
        return call(Lowering.variant(kernel, result.dtype()) + (Lowering.lanes(type, channels) == 1 ? "" : "_wide"),
                result, to.structure().with(input).with(outputGradient).with(to.of(result)), images.shape(), 1, 1,
                WHOLE_IMAGE, Activation.IDENTITY, Lowering.lanes(type, channels), images);
    }

    private List<DeviceCall> call(String kernel, Tensor result, KernelArguments structure, Shape images,
            int outputHeight, int outputWidth, PoolSpec spec, Activation activation, int lanes,
            Tensor... read) {
        Tensor[] moved = Stream.concat(Stream.of(result), Arrays.stream(read)).distinct().toArray(Tensor[]::new);
        return List.of(to.over(Math.ceilDiv(result.shape().elements(), (long) lanes), kernel, structure
                .with(images.dim(0)).with(images.dim(1)).with(images.dim(2)).with(images.dim(3)).with(outputHeight)
                .with(outputWidth).with(spec.window()).with(spec.stride()).with(spec.padding())
                .with(activation == Activation.RELU), moved));
    }
}
