package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecayExemptionTest {
    private static final Network NETWORK = Network.of("small", Layer.convolution("conv", 3, 3), Layer.batchNorm("bn"),
            Layer.relu(), Layer.linear("fc", 2));

    /** Returns the names of the parameters that decay. */
    private static List<String> decayed(String noDecay) {
        Shape image = Shape.of(1, 5, 5, 1);
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        PlanSpec plan = new NetworkOps(NETWORK, image).training("train", 2,
                InputPipeline.of("all", image.withFirst(4), Normalization.gray(0, 1)),
                UpdateRule.of(new Optimizer.Sgd(0, false, 0.1f), 0, DecayExemption.parse(noDecay), 0, rates,
                        new Tensor("steps", Role.DATA, DType.S32, Shape.of(1))),
                0);
        OptimizerOp.Update update = (OptimizerOp.Update) plan.ops().getLast();
        return update.slots().stream().filter(slot -> slot.group().decayFactor() > 0)
                .map(slot -> slot.parameter().name()).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"none; conv.weight conv.bias bn.weight bn.bias fc.weight fc.bias",
            "norm; conv.weight conv.bias fc.weight fc.bias", "bias; conv.weight bn.weight fc.weight",
            "norm,bias; conv.weight fc.weight", "bias,norm; conv.weight fc.weight"})
    void shouldLeaveOutWhatIsNamed(String noDecay, String expected) {
        assertEquals(List.of(expected.split(" ")), decayed(noDecay));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "weights", "norm,", "NORM", "norm bias", "none,norm"})
    void shouldNameTheChoices(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> DecayExemption.parse(text)).getMessage();
        assertTrue(message.endsWith("choose none, norm, bias or norm,bias"), message);
    }

    @Test
    void shouldWriteWhatItReads() {
        assertEquals("none", DecayExemption.text(Set.of()));
        assertEquals("norm,bias", DecayExemption.text(DecayExemption.parse("bias,norm")));
    }
}
