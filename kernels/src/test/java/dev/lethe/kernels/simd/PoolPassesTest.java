package dev.lethe.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Maxima and means over windows of channels-last images, on numbers with many ties. */
class PoolPassesTest extends PassTest {
    private static final int BATCH = 3;

    private Tensor x;
    private Tensor y;
    private Tensor dy;
    private Tensor dx;

    static Stream<Arguments> pools() {
        return Stream.of(DType.F32, DType.BF16).flatMap(type -> Stream.of(
                Arguments.of(type, 1, 1, 1, new PoolSpec(1, 1, 0)),
                Arguments.of(type, 4, 6, 17, new PoolSpec(2, 2, 0)),
                Arguments.of(type, 7, 5, 33, new PoolSpec(2, 2, 0)), // pixels outside of all windows
                Arguments.of(type, 9, 9, 3, new PoolSpec(3, 3, 0)),
                Arguments.of(type, 7, 8, 10, new PoolSpec(3, 2, 1)),
                Arguments.of(type, 6, 5, 24, new PoolSpec(2, 1, 0)),
                Arguments.of(type, 5, 9, 64, new PoolSpec(4, 1, 2)),
                Arguments.of(type, 9, 7, 5, new PoolSpec(2, 5, 1)),
                Arguments.of(type, 5, 5, 2, new PoolSpec(5, Integer.MAX_VALUE, 0))));
    }

    private void prepare(DType type, int height, int width, int channels, PoolSpec spec) {
        x = activation("input", type, BATCH, height, width, channels);
        Shape out = spec.outputShape(x.shape());
        y = new Tensor("output", Role.ACTIVATION, type, out);
        dy = new Tensor("outputGradient", Role.ACTIVATION, type, out);
        dx = new Tensor("inputGradient", Role.ACTIVATION, type, x.shape());
    }

    private float[] fewValues() {
        Random random = new Random(3);
        float[] values = new float[Math.toIntExact(x.shape().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-3, 4);
        }
        return values;
    }

    private void referenceOfMaxima(PoolSpec spec, Activation activation) {
        reference(new OpRunner(BATCH, new PoolOp.MaxForward(spec, x, activation, y),
                new PoolOp.MaxBackward(spec, x, y, activation, dy, dx)).input(x, fewValues()).randomInputs(7), 0);
    }

    @ParameterizedTest
    @MethodSource("pools")
    void shouldFindMaxima(DType type, int height, int width, int channels, PoolSpec spec) {
        prepare(type, height, width, channels, spec);
        for (Activation activation : Activation.values()) {
            referenceOfMaxima(spec, activation);
            MaxPoolPass pass = new MaxPoolPass(spec, x.shape(), activation, type);
            pass.forward(memory(), at(x), at(y), BATCH);
            pass.backward(memory(), at(x), at(y), at(dy), at(dx), BATCH);
            assertAgrees(spec.window() > 1 ? 16 : 1, y, dx);
        }
    }

    @ParameterizedTest
    @MethodSource("pools")
    void shouldFindMaximaOfTiles(DType type, int height, int width, int channels, PoolSpec spec) {
        if (!TilePoolPass.accepts(spec)) {
            assertThrows(IllegalArgumentException.class, () -> new TilePoolPass(spec,
                    Shape.of(BATCH, height, width, channels), Activation.RELU, type));
            return;
        }
        prepare(type, height, width, channels, spec);
        for (Activation activation : Activation.values()) {
            referenceOfMaxima(spec, activation);
            TilePoolPass pass = new TilePoolPass(spec, x.shape(), activation, type);
            pass.forward(memory(), at(x), at(y), BATCH);
            pass.backward(memory(), at(x), at(y), at(dy), at(dx), BATCH);
            assertAgrees(1, y, dx);
        }
    }

    @ParameterizedTest
    @MethodSource("pools")
    void shouldTakeMeans(DType type, int height, int width, int channels, PoolSpec spec) {
        prepare(type, height, width, channels, spec);
        reference(BATCH, new PoolOp.AverageForward(spec, x, y), new PoolOp.AverageBackward(spec, dy, dx));
        AveragePoolPass pass = new AveragePoolPass(spec, x.shape(), type);
        pass.forward(memory(), at(x), at(y), BATCH);
        pass.backward(memory(), at(dy), at(dx), BATCH);
        assertAgrees(spec.area(), y, dx);
    }
}
