package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Construction of trainers and testers, of which any call of the backend may fail: everything opened before is closed.
 */
class FailedConstructionTest {
    private static final DataSet DATA = SomeOfMnist.of(70, 30);
    private static final Network NETWORK = new Network("tiny", List.of(Layer.linear("classifier", 10)));
    private static final TrainingConfig PLAIN = TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 0)).withSeed(1)
            .withEpochs(2).withBatch(32).withLearningRate(0.05f);
    private static final Arithmetic ANY = Arithmetic.FASTEST.withConvolutions(Arithmetic.PLAIN.convolutions());

    static Stream<TrainingConfig> configurations() {
        return Stream.of(PLAIN, PLAIN.withUpdate(UpdateOptions.NONE.withAverageDecay(0.5).withParts(2)),
                PLAIN.withUpdate(UpdateOptions.NONE.withLookahead(new Lookahead(2, 0.5, 0)))
                        .withTestViews(TestViews.MIRROR_SHIFT));
    }

    private static Function<Backend, Trainer> trainer(TrainingConfig config) {
        return backend -> new Trainer(backend, NETWORK, DATA, config, ANY);
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldLeaveNothingOfATrainer(TrainingConfig config) {
        int calls = FailingBackend.requireNothingIsLeft(trainer(config), Trainer::close);
        assertTrue(calls > 25, "calls=" + calls);
    }

    /** There are more tables to bind if results are not in host memory. */
    @Test
    void shouldLeaveNothingOfATrainerOnADevice() {
        try (SeparateMemoryBackend device = new SeparateMemoryBackend()) {
            int calls = FailingBackend.requireNothingIsLeft(device, trainer(PLAIN), Trainer::close);
            assertTrue(calls > 30, "calls=" + calls);
        }
    }

    @Test
    void shouldLeaveNothingOfATester() {
        int calls = FailingBackend.requireNothingIsLeft(
                backend -> new Tester(backend, NETWORK, DATA, PLAIN, ANY), Tester::close);
        assertTrue(calls > 10, "calls=" + calls);
    }

    private static ShuffledGradientControl control(Backend backend) {
        return new ShuffledGradientControl(backend, NETWORK, DATA, PLAIN, ANY);
    }

    @Test
    void shouldLeaveNothingOfAControlNetwork() {
        int calls = FailingBackend.requireNothingIsLeft(FailedConstructionTest::control,
                ShuffledGradientControl::close);
        assertTrue(calls > 50, "calls=" + calls);
    }

    @Test
    void shouldCloseEverythingThoughAProgramFailsToClose() {
        FailingBackend.requireAllAreClosedThoughOneFails(trainer(PLAIN), Trainer::close);
        FailingBackend.requireAllAreClosedThoughOneFails(
                backend -> new Tester(backend, NETWORK, DATA, PLAIN, ANY), Tester::close);
        FailingBackend.requireAllAreClosedThoughOneFails(FailedConstructionTest::control,
                ShuffledGradientControl::close);
    }
}
