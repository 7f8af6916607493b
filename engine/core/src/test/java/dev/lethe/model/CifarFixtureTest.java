package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks for CIFAR in float32, compared with PyTorch's in float64, see {@link TrainingFixture}. */
class CifarFixtureTest {
    private static final int CLASSES = FixtureTraining.CLASSES;

    @ParameterizedTest
    @CsvSource({"resnet18,cpu,2,DIRECT", "wrn28_2,onednn,3,DIRECT", "airbench94,vector,1,DIRECT",
            "airbench94,cpu,2,WINOGRAD_4", "wrn28_2,vector,2,WINOGRAD_2"})
    void shouldTrainAsPyTorchDoes(String name, String backend, int threads, ConvolutionAlgorithm algorithm)
            throws IOException {
        assertTrainsAsPyTorchDoes(name, backend, threads, algorithm);
    }

    /** The combinations whose every part is in one of the others. */
    @ParameterizedTest
    @CsvSource({"resnet18,onednn,3,DIRECT", "wrn28_2,cpu,2,DIRECT", "airbench94,cpu,2,DIRECT",
            "airbench94,onednn,3,DIRECT", "resnet18,cpu,2,WINOGRAD_4", "wrn28_2,cpu,2,WINOGRAD_2",
            "resnet18,vector,2,DIRECT", "wrn28_2,vector,3,DIRECT", "resnet18,onednn,1,DIRECT",
            "airbench94,onednn,1,DIRECT", "resnet18,cpu,2,WINOGRAD_2",
            "airbench94,cpu,2,WINOGRAD_2", "wrn28_2,cpu,2,WINOGRAD_4", "resnet18,vector,1,WINOGRAD_4"})
    @Tag("slow")
    void shouldTrainAsPyTorchDoesOtherwiseCombined(String name, String backend, int threads,
            ConvolutionAlgorithm algorithm) throws IOException {
        assertTrainsAsPyTorchDoes(name, backend, threads, algorithm);
    }

    private static void assertTrainsAsPyTorchDoes(String name, String backendName, int threads,
            ConvolutionAlgorithm algorithm) throws IOException {
        TrainingFixture fixture = TrainingFixture.load(name);
        try (Backend backend = Backends.open(backendName, threads);
                FixtureTraining training = new FixtureTraining(fixture, fixture.batch(), backend, DType.F32,
                        new ConvolutionChoice.Every(algorithm))) {
            for (int step = 0; step < fixture.steps(); step++) {
                FixtureNumbers.assertClose("loss of step " + step, fixture.numbers("losses")[step],
                        training.step(step));
                assertGradientNorms(fixture, training.gradients(), step);
            }
            assertFinalNorms(fixture, training.persistent());
            assertLogits(fixture.testLogits(), training.testLogits());
        }
    }

    private static void assertGradientNorms(TrainingFixture fixture, Map<String, float[]> gradients, int step) {
        assertEquals(gradients.keySet(), new HashSet<>(fixture.parameters()), "trained parameters");
        double summed = fixture.sumsLoss() ? fixture.batch() : 1;
        double squares = 0;
        for (int i = 0; i < fixture.parameters().size(); i++) {
            String name = fixture.parameters().get(i);
            double norm = summed * FixtureNumbers.norm(gradients.get(name));
            squares += norm * norm;
            FixtureNumbers.assertClose("gradient norm of " + name + " at step " + step,
                    fixture.parameterGradientNorms()[step][i], norm);
        }
        FixtureNumbers.assertClose("gradient norm of step " + step, fixture.numbers("gradient_norms")[step],
                Math.sqrt(squares));
    }

    private static void assertFinalNorms(TrainingFixture fixture, Map<String, float[]> persistent) {
        double[] norms = fixture.numbers("final_norms");
        int found = 0;
        for (int i = 0; i < norms.length; i++) {
            String name = fixture.states().get(i).name();
            float[] values = persistent.get(name);
            if (values != null) { // PyTorch also counts batches
                found++;
                FixtureNumbers.assertClose("final norm of " + name, norms[i], FixtureNumbers.norm(values));
            }
        }
        assertEquals(persistent.size(), found, "tensors with a name of PyTorch's");
    }

    private static void assertLogits(double[][] expected, float[] actual) {
        double largest = 0;
        for (double[] row : expected) {
            for (double logit : row) {
                largest = Math.max(largest, Math.abs(logit));
            }
        }
        for (int n = 0; n < expected.length; n++) {
            for (int c = 0; c < CLASSES; c++) {
                assertEquals(expected[n][c], actual[n * CLASSES + c], FixtureNumbers.TOLERANCE * largest,
                        "logit " + n + ", " + c);
            }
        }
    }
}
