package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropoutMemoryTest {
    private static final Shape IMAGE = Shape.of(1, 8, 8, 3);

    private static List<PointwiseOp.Drop> drops(Network network) {
        InputPipeline pipeline = InputPipeline.of("f", IMAGE.withFirst(4), TrainingFixture.normalization())
                .drawn(Augmentation.NONE, 1);
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        return new NetworkOps(network, IMAGE).training("plan", 4, pipeline, new Optimizer.Sgd(0, false, 0), rates).ops()
                .stream().filter(PointwiseOp.Drop.class::isInstance).map(PointwiseOp.Drop.class::cast).toList();
    }

    @Test
    void shouldTakeNoMemoryOfItsOwnBehindAnActivation() {
        List<PointwiseOp.Drop> drops = drops(WideResNets.network("wrn-10-1", 10, 1, 0.3f, 10));
        assertEquals(6, drops.size(), "three forward, three backward");
        drops.forEach(drop -> assertEquals(drop.input(), drop.output()));
    }

    @Test
    void shouldLeaveWhatOthersReadAsItIs() {
        List<PointwiseOp.Drop> ofMaximum = drops(Network.of("n", Layer.maxPool(2), new Layer.Dropout(0.3f),
                Layer.linear("fc", 10)));
        assertEquals(List.of(false), ofMaximum.stream().map(drop -> drop.input().equals(drop.output())).toList());
        Layer branch = new Layer.Residual(List.of(new Layer.Dropout(0.3f), Layer.convolution("conv", 3, 1)), List.of());
        List<PointwiseOp.Drop> ofShared = drops(Network.of("n", branch, Layer.linear("fc", 10)));
        assertEquals(List.of(false), ofShared.stream().map(drop -> drop.input().equals(drop.output())).toList());
    }
}
