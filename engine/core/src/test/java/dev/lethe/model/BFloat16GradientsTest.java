package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.tensor.DType;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Training with bfloat16 activations compared with float32, each for ten steps of its own. */
class BFloat16GradientsTest {
    private static final double LEAST_COSINE = 0.99;
    private static final int BATCH = 128; // sums over fewer examples cancel less of what rounding leaves

    @Test
    void shouldHaveTheGradientsOfFloatsAfterTenSteps() throws IOException {
        assertGradientsOfFloats("wrn28_2");
    }

    @Test
    @Tag("long")
    void shouldHaveTheGradientsOfFloatsInAResNet() throws IOException {
        assertGradientsOfFloats("resnet18");
    }

    private static void assertGradientsOfFloats(String name) throws IOException {
        TrainingFixture fixture = TrainingFixture.load(name);
        try (Backend backend = Backends.open(Backends.AUTO, 2)) {
            assumeTrue(backend.info().activationTypes().contains(DType.BF16), "the processor has no bfloat16");
            try (FixtureTraining floats = new FixtureTraining(fixture, BATCH, backend, DType.F32);
                    FixtureTraining halves = new FixtureTraining(fixture, BATCH, backend, DType.BF16)) {
                for (int step = 0; step < fixture.steps(); step++) {
                    floats.step(step);
                    halves.step(step);
                }
                Map<String, float[]> actual = halves.gradients();
                floats.gradients().forEach((parameter, expected) -> {
                    double cosine = cosine(expected, actual.get(parameter));
                    assertTrue(cosine > LEAST_COSINE, parameter + " has cosine=" + cosine);
                });
            }
        }
    }

    private static double cosine(float[] first, float[] second) {
        double product = 0;
        for (int i = 0; i < first.length; i++) {
            product += (double) first[i] * second[i];
        }
        return product / FixtureNumbers.norm(first) / FixtureNumbers.norm(second);
    }
}
