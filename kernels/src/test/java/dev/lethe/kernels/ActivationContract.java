package dev.lethe.kernels;

import static dev.lethe.kernels.Tensors.parameter;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.reference.ReferenceBackend;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The part of {@link BackendContract} about operations on activations alone: pointwise ones and pools. */
abstract class ActivationContract {
    static final long SEED = 20_260_101;
    private final Backend reference = new ReferenceBackend();
    private Backend backend;

    /** Opens the backend under test. */
    protected abstract Backend open();

    /** Whether the backend has convolutions with groups, norms, sums and means of activations. */
    protected boolean hasEveryOperation() {
        return true;
    }

    /** The type of activations to test with. */
    protected DType activations() {
        return DType.F32;
    }

    /** The backend under test. */
    Backend backend() {
        return backend;
    }

    @BeforeEach
    void openBackend() {
        backend = open();
        assumeTrue(backend.info().activationTypes().contains(activations()),
                () -> Processor.name() + " has no " + activations() + " arithmetic");
    }

    Tensor activation(String name, int... dims) {
        return activation(name, Shape.of(dims));
    }

    Tensor activation(String name, Shape shape) {
        return new Tensor(name, Tensor.Role.ACTIVATION, activations(), shape);
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    Map<Tensor, float[]> assertAgrees(long terms, OpRunner runner, int position) {
        Map<Tensor, float[]> expected = runner.on(reference, position);
        Map<Tensor, float[]> actual = runner.on(backend, position);
        expected.forEach((tensor, values) -> Agreement.assertAgree(tensor.name(), values, actual.get(tensor), terms,
                tensor.role() == Tensor.Role.RESULT ? DType.F32 : activations()));
        return actual;
    }

    void assertAgreesOrIsRefused(boolean everyBackend, long terms, OpRunner runner) {
        if (everyBackend || hasEveryOperation()) {
            assertAgrees(terms, runner, 0);
        } else {
            assertThrows(IllegalArgumentException.class, () -> runner.on(backend, 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,5,17", "2,4,16"})
    void shouldAgreeOnRelu(int batch, int side, int channels) {
        Tensor input = activation("input", batch, side, side, channels);
        Tensor output = activation("output", batch, side, side, channels);
        Tensor outputGradient = activation("outputGradient", batch, side, side, channels);
        Tensor inputGradient = activation("inputGradient", batch, side, side, channels);
        assertAgrees(1, new OpRunner(batch, new PointwiseOp.ReluForward(input, output),
                new PointwiseOp.ReluBackward(output, outputGradient, inputGradient)).randomInputs(SEED), 0);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,5,17", "2,4,16"})
    void shouldAgreeOnGelu(int batch, int side, int channels) {
        Tensor input = activation("input", batch, side, side, channels);
        assertAgrees(1, new OpRunner(batch,
                new PointwiseOp.GeluForward(input, activation("output", batch, side, side, channels)),
                new PointwiseOp.GeluBackward(input, activation("outputGradient", batch, side, side, channels),
                        activation("inputGradient", batch, side, side, channels)))
                .randomInputs(SEED), 0);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1,0.5", "3,5,17,0.3", "8,4,16,0.9", "5,7,33,0.01"})
    void shouldAgreeOnDropout(int batch, int side, int channels, float rate) {
        int[] examples = {8, 1, 7, 2, 2, 5, 0, 3, 9, 4, 6};
        Tensor order = Tensors.data("order", DType.S32, examples.length);
        Tensor epoch = Tensors.data("epoch", DType.S32, 1);
        Tensor input = activation("input", batch, side, side, channels);
        Tensor inPlace = activation("inPlace", batch, side, side, channels);
        OpRunner runner = new OpRunner(batch,
                new PointwiseOp.Dropout(new DropoutMask(rate, SEED, 1, epoch, order), input,
                        activation("output", batch, side, side, channels)),
                new PointwiseOp.Add(input, input, inPlace),
                new PointwiseOp.Dropout(new DropoutMask(rate, SEED, 2, epoch, order), inPlace, inPlace))
                .bindInts(order, examples).bindInts(epoch, 4).randomInputs(SEED);
        assertAgreesOrIsRefused(false, 1, runner);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "7,10", "3,33"})
    void shouldAgreeOnScaledLogits(int batch, int classes) {
        Tensor wide = Tensors.activation("wide", batch, classes);
        Tensor input = activation("input", batch, classes);
        assertAgrees(1, new OpRunner(batch,
                new PointwiseOp.Scale(wide, 1 / 9f, Tensors.activation("logits", batch, classes)),
                new PointwiseOp.Scale(input, -3, Tensors.activation("widened", batch, classes)),
                new PointwiseOp.Scale(input, 1 / 9f, activation("gradient", batch, classes)))
                .randomInputs(SEED), 0);
    }

    @ParameterizedTest
    @CsvSource({"1,4,1,2,2,0", "2,7,17,2,2,0", "3,7,3,3,2,1", "2,8,20,2,1,0", "1,8,64,8,8,0", "4,5,16,4,1,2"})
    void shouldAgreeOnAveragePooling(int batch, int side, int channels, int window, int stride, int padding) {
        PoolSpec spec = new PoolSpec(window, stride, padding);
        Tensor input = activation("input", batch, side, side, channels);
        Shape out = spec.outputShape(input.shape());
        OpRunner runner = new OpRunner(batch,
                new PoolOp.AverageForward(spec, input, activation("output", out)),
                new PoolOp.AverageBackward(spec, activation("outputGradient", out),
                        activation("inputGradient", input.shape())))
                .randomInputs(SEED);
        assertAgreesOrIsRefused(false, (long) window * window, runner);
    }

    @ParameterizedTest
    @CsvSource({"1,4,1,2,2,0", "3,24,10,2,2,0", "2,7,17,2,2,0", "5,9,33,3,3,0", "2,7,3,3,2,1", "3,8,20,2,1,0"})
    void shouldAgreeOnMaxPooling(int batch, int side, int channels, int window, int stride, int padding) {
        PoolSpec spec = new PoolSpec(window, stride, padding);
        for (Activation activation : Activation.values()) {
            Tensor input = activation("input", batch, side, side, channels);
            Shape out = spec.outputShape(input.shape());
            Tensor output = activation("output", out);
            Tensor outputGradient = activation("outputGradient", out);
            Tensor inputGradient = activation("inputGradient", input.shape());
            float[] values = new float[Math.toIntExact(input.shape().elements())];
            Random random = new Random(SEED);
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt(-3, 4); // many ties
            }
            assertAgrees(9, new OpRunner(batch, new PoolOp.MaxForward(spec, input, activation, output),
                    new PoolOp.MaxBackward(spec, input, output, activation, outputGradient, inputGradient))
                    .input(input, values).randomInputs(SEED), 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,5,17", "2,4,16", "5,8,40"})
    void shouldAgreeOnSumsAndMeans(int batch, int side, int channels) {
        Tensor first = activation("first", batch, side, side, channels);
        OpRunner runner = new OpRunner(batch,
                new PointwiseOp.Add(first, activation("second", batch, side, side, channels),
                        activation("sum", batch, side, side, channels)),
                new PoolOp.GlobalAverageForward(first, activation("means", batch, channels)),
                new PoolOp.GlobalAverageBackward(activation("gradient", batch, channels),
                        activation("inputGradient", batch, side, side, channels)))
                .randomInputs(SEED);
        assertAgreesOrIsRefused(false, side * side, runner);
    }

    @Test
    void shouldMakeWideLogitsOfNarrowActivations() {
        Tensor images = activation("images", 5, 3, 3, 20);
        Tensor rows = activation("rows", 5, 20);
        Tensor weights = parameter("weights", Shape.of(7, 20));
        Tensor means = Tensors.activation("means", 5, 20);
        Tensor logits = Tensors.activation("logits", 5, 7);
        OpRunner runner = new OpRunner(5, new PoolOp.GlobalAverageForward(images, means),
                new LinearOp.Forward(rows, weights, Optional.empty(), Activation.IDENTITY, logits),
                new PoolOp.GlobalAverageBackward(Tensors.activation("gradient", 5, 20),
                        activation("imageGradient", 5, 3, 3, 20)))
                .randomInputs(SEED);
        assertAgreesOrIsRefused(false, 20, runner);
    }
}
