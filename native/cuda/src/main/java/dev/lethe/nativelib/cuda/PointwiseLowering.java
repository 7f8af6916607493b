package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.op.Dropout;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.random.Philox;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** The lowering of operations on one element after the other. */
final class PointwiseLowering {
    private final Lowering to;

    PointwiseLowering(Lowering to) {
        this.to = to;
    }

    List<DeviceCall> lower(PointwiseOp op) {
        return switch (op) {
            case PointwiseOp.ReluForward relu -> unary("relu", relu.input(), relu.output());
            case PointwiseOp.ReluBackward relu ->
                binary("relu_gradient", relu.output(), relu.outputGradient(), relu.inputGradient());
            case PointwiseOp.Add add -> binary("add", add.first(), add.second(), add.output());
            case PointwiseOp.Mean mean -> binary("mean", mean.first(), mean.second(), mean.output());
            case PointwiseOp.GeluForward gelu -> unary("gelu", gelu.input(), gelu.output());
            case PointwiseOp.GeluBackward gelu ->
                binary("gelu_gradient", gelu.input(), gelu.outputGradient(), gelu.inputGradient());
            case PointwiseOp.Scale scale -> scale(scale);
            case PointwiseOp.Drop drop -> drop(drop);
        };
    }

    private List<DeviceCall> unary(String kernel, Tensor input, Tensor output) {
        return elements(Lowering.variant(kernel, input.dtype()), List.of(input), output, 0);
    }

    private List<DeviceCall> binary(String kernel, Tensor first, Tensor second, Tensor output) {
        return elements(Lowering.variant(kernel, first.dtype()), List.of(first, second), output, 0);
    }

    private List<DeviceCall> scale(PointwiseOp.Scale op) {
        DType from = op.input().dtype();
        String kernel = Lowering.variant("scale", from);
        return elements(from == op.output().dtype() ? kernel : Lowering.variant(kernel, op.output().dtype()),
                List.of(op.input()), op.output(), op.factor());
    }

    /** Returns the call of a kernel on the elements of one or two inputs. */
    private List<DeviceCall> elements(String kernel, List<Tensor> inputs, Tensor output, float factor) {
        long count = output.shape().elements();
        KernelArguments arguments = to.structure().with(to.of(inputs.getFirst()))
                .with(inputs.size() > 1 ? to.of(inputs.getLast()) : 0).with(to.of(output)).with(count).with(factor);
        return List.of(to.over(Math.ceilDiv(count, (long) Lowering.lanes(output.dtype(), 0)), kernel, arguments,
                Stream.concat(inputs.stream(), Stream.of(output)).toArray(Tensor[]::new)));
    }

    private List<DeviceCall> drop(PointwiseOp.Drop op) {
        Dropout dropout = op.dropout();
        return to.calls(Lowering.variant("drop", op.input().dtype()), Grid.of(op.input().shape().dim(0)),
                to.structure().with(to.of(op.order())).with(to.place()).with(to.of(op.epoch()))
                        .with(to.of(op.input())).with(to.of(op.output())).with(dropout.seed())
                        .with(Math.toIntExact(op.input().shape().elementsPerExample())).with(dropout.layer())
                        .with(Philox.Stream.DROPOUT.code()).with(dropout.threshold()).with(Dropout.shift())
                        .with(Dropout.firstMultiplier()).with(Dropout.secondMultiplier()).with(dropout.scale()),
                op.input(), op.output());
    }
}
