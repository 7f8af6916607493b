package dev.lethe.kernels;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.host.Processor;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A backend that is opened for every test and compared with the scalar reference. */
public abstract class ComparedBackend {
    static final long SEED = 20_260_101;
    final Backend reference = new ReferenceBackend();
    Backend backend;

    /** Opens the backend under test. */
    protected abstract Backend open();

    /** Returns the type of activations to test with. */
    protected DType activations() {
        return DType.F32;
    }

    /** Returns the algorithms to test with. */
    protected ConvolutionChoice algorithms() {
        return ConvolutionChoice.DIRECT;
    }

    @BeforeEach
    void openBackend() {
        backend = open();
        assumeTrue(backend.info().activationTypes().contains(activations()),
                () -> "the processor has no " + activations() + " arithmetic: " + Processor.name());
    }

    final Tensor activation(String name, int... dims) {
        return activation(name, Shape.of(dims));
    }

    final Tensor activation(String name, Shape shape) {
        return new Tensor(name, Tensor.Role.ACTIVATION, activations(), shape);
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    final Map<Tensor, float[]> assertAgrees(long terms, OpRunner runner, int position) {
        Map<Tensor, float[]> expected = runner.on(reference, position);
        Map<Tensor, float[]> actual = runner.convolutions(algorithms()).on(backend, position);
        expected.forEach((tensor, values) -> Agreement.assertAgree(tensor.name(), values, actual.get(tensor), terms,
                tensor.role() == Tensor.Role.RESULT ? DType.F32 : activations()));
        return actual;
    }

    static float[] normal(Tensor tensor, long seed) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
