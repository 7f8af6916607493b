package dev.lethe.nativelib.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.lower.ProductKernels;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.ConvolutionAlgorithms;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WeightLayouts;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.dnnl.memory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The choice of layouts among those that oneDNN offers. */
class WeightLayoutsTest {
    private static final int BATCH = 4;
    private static final ConvolutionSpec SPEC = new ConvolutionSpec(64, 64, 3, 1, 1, 1, 1);

    private static Tensor activation(String name, DType dtype) {
        return new Tensor(name, Role.ACTIVATION, dtype, Shape.of(BATCH, 16, 16, 64));
    }

    /** The layout is the gradient's: otherwise every step would reorder every worker's gradient. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "BF16"})
    void shouldKeepWeightsInTheLayoutOfTheirGradient(DType dtype) {
        assumeTrue(OneDnnLibrary.availability() instanceof BackendProvider.Availability.Available);
        assumeTrue(dtype == DType.F32 || OneDnnLibrary.multipliesBFloat16s(), "the processor has no bfloat16");
        Tensor gradient = new Tensor("gradient", Role.GRADIENT, DType.F32, SPEC.weightsShape());
        ConvolutionOp.BackwardWeights op = new ConvolutionOp.BackwardWeights(SPEC, activation("x", dtype),
                activation("dy", dtype), gradient, Optional.empty());
        ProgramSpec program = new ProgramSpec(List.of(new PlanSpec("plan", BATCH, List.of(op))));
        try (OneDnnProducts library = new OneDnnProducts();
                OneDnnKernels kernels = (OneDnnKernels) library.kernels(1);
                ProductKernels.Making _ = kernels.making()) {
            ParameterMemory.Slot slot = new WeightLayouts(program, kernels, 1, ActivationLayout.CHANNELS_LAST,
                    ConvolutionAlgorithms.DIRECT).slot(gradient, UnaryOperator.identity(), 0);
            memory.desc made = new PrimitiveDescriptors(kernels.engine(), BATCH)
                    .convolutionBackwardWeights(SPEC, op.input(), op.outputGradient(), false).diff_weights_desc();
            assertEquals(new OneDnnLayout(made), slot.layout());
            assertNotEquals(slot.plain(), slot.layout(), "a blocked layout");
            assertTrue(slot.bytes() >= SPEC.weightsShape().elements() * Float.BYTES);
        }
    }
}
