package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.model.DecayExemption;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lookahead compared with airbench94.py's {@code LookaheadState}, which covers the whole {@code state_dict}. */
class LookaheadTest {
    private static final TrainingConfig PLAIN = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(5)
            .withEpochs(2).withBatch(45).withLearningRate(0.05f);
    private static final Network NORMED = Network.of("normed", Layer.convolution("conv", 8, 5), Layer.batchNorm("bn"),
            Layer.relu(), Layer.maxPool(4), Layer.linear("fc", 10));
    private static final Network PERCEPTRON = Network.of("perceptron", Layer.linear("fc1", 20), Layer.relu(),
            Layer.linear("fc2", 10));

    /** Synchronizations come in the middle of epochs, at their ends and after the last step. */
    @ParameterizedTest
    @CsvSource({"onednn,1,true,3,0.5,0", "onednn,3,true,2,0.8,3", "cpu,2,true,7,0.5,1", "vector,2,false,1,0.2,1",
            "reference,1,true,3,0.5,2"})
    void shouldGoOnFromTheSlowWeightsAfterEveryMeeting(String backendName, int threads, boolean normed, int every,
            double kept,
            double power) throws IOException {
        DataSet data = SomeOfMnist.of(200, 50);
        Network network = normed ? NORMED : PERCEPTRON;
        Lookahead lookahead = new Lookahead(every, kept, power);
        int stepsOfAnEpoch = Math.ceilDiv(data.train().examples(), PLAIN.batch());
        int allSteps = PLAIN.epochs() * stepsOfAnEpoch;
        try (Backend backend = Backends.open(backendName, threads);
                Trainer trainer = new Trainer(backend, network, data,
                        PLAIN.withUpdate(UpdateOptions.NONE.withLookahead(lookahead)));
                Trainer plain = new Trainer(backend, network, data, PLAIN)) {
            Map<String, NamedArray> slow = plain.weights();
            int step = 0;
            for (int epoch = 0; epoch < PLAIN.epochs(); epoch++) {
                Trainer.Epoch looking = trainer.beginEpoch(TrainingListener.NONE);
                Trainer.Epoch expected = plain.beginEpoch(TrainingListener.NONE);
                while (expected.step()) {
                    assertTrue(looking.step());
                    step++;
                    if (step % every == 0 || step == allSteps) {
                        double share = step % every == 0
                                ? 1 - kept * Math.pow((double) step / allSteps, power)
                                : 0;
                        slow = met(slow, plain.weights(), share);
                        plain.replaceWeights(slow);
                    }
                    assertSame(plain.weights(), trainer.weights());
                }
                assertFalse(looking.step());
                assertEquals(expected.end().testLoss(), looking.end().testLoss(), 1e-5);
            }
            for (Map.Entry<String, NamedArray> array : trainer.weights().entrySet()) {
                assertArrayEquals(array.getValue().floats(),
                        trainer.optimizerState().get(array.getKey() + ".average").floats(), "at last both are one");
            }
        }
    }

    private static Map<String, NamedArray> met(Map<String, NamedArray> slow, Map<String, NamedArray> fast,
            double share) {
        Map<String, NamedArray> met = new LinkedHashMap<>();
        slow.forEach((name, array) -> {
            float[] values = array.floats().clone();
            float[] others = fast.get(name).floats();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (share * (others[i] - values[i]));
            }
            met.put(name, NamedArray.of(name, array.shape(), values));
        });
        return met;
    }

    private static void assertSame(Map<String, NamedArray> expected, Map<String, NamedArray> actual) {
        expected.forEach(
                (name, array) -> assertArrayEquals(array.floats(), actual.get(name).floats(), 1e-5f, name));
    }

    /**
     * Airbench94 has {@code alpha_schedule = 0.95**5 * (torch.arange(steps + 1) / steps)**3}, and decay 1 at the end.
     */
    @Test
    void shouldKeepWhatAirbenchKeeps() {
        Lookahead airbench = Lookahead.airbench();
        assertEquals(1, airbench.share(5, 485), 1e-6);
        assertEquals(1 - 0.7737809 * 0.125, airbench.share(250, 500), 1e-6);
        assertEquals(1 - 0.7737809, airbench.share(500, 500), 1e-6);
        assertEquals(0, airbench.share(498, 498));
        assertFalse(airbench.synchronizesAfter(499, 500));
        assertTrue(airbench.synchronizesAfter(498, 498));
    }

    /** A synchronization at the end alone would put the initial weights back. */
    @Test
    void shouldRefuseToMeetLaterThanTheLastStep() {
        DataSet data = SomeOfMnist.of(200, 50);
        Trainer.requireFits(data, PLAIN.withUpdate(UpdateOptions.NONE.withLookahead(new Lookahead(10, 0.5, 0))));
        TrainingConfig late = PLAIN.withUpdate(UpdateOptions.NONE.withLookahead(new Lookahead(11, 0.5, 0)));
        assertEquals("lookahead every=11 steps is more than the 10 that are made: choose less, or none",
                assertThrows(IllegalArgumentException.class, () -> Trainer.requireFits(data, late)).getMessage());
    }

    @Test
    void shouldStayAsItIsWhereSomethingElseIsChanged() {
        UpdateOptions options = UpdateOptions.NONE.withLookahead(Lookahead.airbench());
        for (UpdateOptions changed : List.of(options.withParts(2), options.withClipNorm(1),
                options.withDecayExemptions(Set.of(DecayExemption.BIAS)), options.withAverageDecay(0))) {
            assertEquals(options.lookahead(), changed.lookahead());
        }
    }

    @Test
    void shouldReadWhatItWrites() {
        assertEquals(Optional.of(Lookahead.airbench()), Lookahead.parse(Lookahead.airbench().toString()));
        assertEquals(Optional.of(new Lookahead(7, 0.5, 0)), Lookahead.parse("7"));
        assertEquals(Optional.of(new Lookahead(6, 0.8, 0)), Lookahead.parse("6:0.8"));
        assertEquals(Optional.empty(), Lookahead.parse("none"));
    }
}
