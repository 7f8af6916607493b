package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TesterTest {
    /** Data set that is tested in a whole batch and a part of one. */
    private static final DataSet DATA = SomeOfMnist.of(120, 530);
    private static final TrainingConfig PLAIN = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(3)
            .withEpochs(1).withBatch(40).withLearningRate(0.05f);

    static Stream<TrainingConfig> configurations() {
        return Stream.of(PLAIN, PLAIN.withUpdate(UpdateOptions.NONE.withAverageDecay(0.5)),
                PLAIN.withUpdate(UpdateOptions.NONE.withLookahead(new Lookahead(2, 0.5, 0)))
                        .withTestViews(TestViews.MIRROR_SHIFT));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldTestLikeTheTrainerToTheBit(TrainingConfig config) throws IOException {
        Network network = SomeOfMnist.normed();
        try (Backend backend = Backends.open("cpu", 2);
                Trainer trainer = new Trainer(backend, network, DATA, config, Arithmetic.FASTEST);
                Tester tester = new Tester(backend, network, DATA, config,
                        Arithmetic.of(trainer.activations(),
                                new ConvolutionChoice.Recorded(trainer.convolutions())))) {
            EpochMetrics trained = trainer.trainEpoch(TrainingListener.NONE);
            Evaluation tested = tester.test(trainer.weights(), trainer.optimizerState());
            assertEquals(trained.testAccuracy(), tested.accuracy());
            assertEquals(trained.testLoss(), tested.loss());
            assertEquals(tested, tester.test(trainer.weights(), trainer.optimizerState()), "again");
        }
    }

    @Test
    void shouldRefuseWeightsOfAnotherNetwork() {
        try (Backend backend = Backends.open("cpu", 1);
                Trainer trainer = new Trainer(backend, ModelZoo.create("mlp", 10), DATA, PLAIN);
                Tester tester = new Tester(backend, ModelZoo.create("mnist-cnn", 10), DATA, PLAIN, Arithmetic.PLAIN)) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> tester.test(trainer.weights(), Map.of())).getMessage();
            assertTrue(message.contains("conv1.weight") && message.contains("weights of another network"), message);
        }
    }

    @Test
    void shouldRefuseToTestAveragesThatAreMissing() {
        TrainingConfig averaged = PLAIN.withUpdate(UpdateOptions.NONE.withAverageDecay(0.5));
        Network network = ModelZoo.create("mnist-cnn", 10);
        try (Backend backend = Backends.open("cpu", 1);
                Trainer trainer = new Trainer(backend, network, DATA, PLAIN);
                Tester tester = new Tester(backend, network, DATA, averaged, Arithmetic.PLAIN)) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> tester.test(trainer.weights(), trainer.optimizerState())).getMessage();
            assertTrue(message.contains("conv1.weight.average"), message);
        }
    }

    @Test
    void shouldRefuseAnotherNumberOfClasses() {
        try (Backend backend = Backends.open("cpu", 1)) {
            assertEquals("network mlp has classes=7, data set some of mnist has classes=10: give its last "
                    + "linear layer as many outputs",
                    assertThrows(IllegalArgumentException.class,
                            () -> new Tester(backend, ModelZoo.create("mlp", 7), DATA, PLAIN, Arithmetic.PLAIN))
                            .getMessage());
        }
    }
}
