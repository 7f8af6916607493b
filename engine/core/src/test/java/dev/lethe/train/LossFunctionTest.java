package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.model.Layer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses of one's own on logits, with their gradients. */
class LossFunctionTest {
    private static final int EXAMPLES = 50;
    private static final DataSet DATA = SomeOfMnist.of(EXAMPLES, 10);
    private static final Network SMALL = Network.of("small", Layer.maxPool(4), Layer.linear("fc", 10));
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 1e-3f)).withSeed(5)
            .withEpochs(2).withBatch(20).withLearningRate(0.02f);
    private static final LossFunction CROSS_ENTROPY = LossFunction.of((logits, label, _, gradient) -> {
        double[] probabilities = softmax(logits);
        for (int c = 0; c < logits.length; c++) {
            gradient[c] = (float) (probabilities[c] - (c == label ? 1 : 0));
        }
        return -Math.log(probabilities[label]);
    });

    private static double[] softmax(float[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int c = 0; c < logits.length; c++) {
            probabilities[c] = Math.exp(logits[c] - max);
            sum += probabilities[c];
        }
        for (int c = 0; c < logits.length; c++) {
            probabilities[c] /= sum;
        }
        return probabilities;
    }

    /** Focal loss, Lin et al. (ICCV 2017): -(1 - p)^2 log p. */
    private static double focal(float[] logits, int label, float[] gradient) {
        double[] probabilities = softmax(logits);
        double p = probabilities[label];
        double slope = 2 * (1 - p) * Math.log(p) * p - (1 - p) * (1 - p); // p dL/dp
        for (int c = 0; c < logits.length; c++) {
            gradient[c] = (float) (slope * ((c == label ? 1 : 0) - probabilities[c]));
        }
        return -(1 - p) * (1 - p) * Math.log(p);
    }

    private static Backend backend(String name) {
        return switch (name) {
            case "reference" -> new ReferenceBackend();
            case "device" -> new SeparateMemoryBackend();
            default -> Backends.open(name, 2);
        };
    }

    private static Trainer trainer(Backend backend, Network network, TrainingConfig config, LossFunction loss) {
        return new Trainer(backend, network, DATA, config, TrainerOptions.DEFAULT.withLoss(loss)
                .withArithmetic(Arithmetic.PLAIN));
    }

    /** With a partial last batch, and a batch of it that is smaller than a part. */
    @ParameterizedTest
    @CsvSource({"reference,small,1", "device,small,1", "device,small,4", "vector,mnist-cnn,1", "auto,mnist-cnn,1",
            "auto,mnist-cnn,5", "auto,mlp,1"})
    void shouldTrainByItsOwnCrossEntropyAsByTheBuiltIn(String name, String network, int parts) throws IOException {
        TrainingConfig config = CONFIG.withUpdate(UpdateOptions.NONE.withParts(parts));
        Network layers = network.equals("small") ? SMALL : ModelZoo.create(network, 10);
        try (Backend backend = backend(name);
                Trainer builtIn = new Trainer(backend, layers, DATA, config, Arithmetic.PLAIN);
                Trainer own = trainer(backend, layers, config, CROSS_ENTROPY);
                ForgettingTracker first = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2));
                ForgettingTracker second = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2))) {
            Map<String, float[]> initial = own.parameters();
            List<EpochMetrics> expected = builtIn.train(first, TrainingListener.NONE);
            List<EpochMetrics> actual = own.train(second, TrainingListener.NONE);
            for (int i = 0; i < 2; i++) {
                assertEquals(expected.get(i).trainLoss(), actual.get(i).trainLoss(), 1e-5);
                assertEquals(expected.get(i).testLoss(), actual.get(i).testLoss(), 1e-5);
            }
            Map<String, float[]> values = own.parameters();
            builtIn.parameters().forEach((key, array) -> {
                assertArrayEquals(array, values.get(key), 1e-5f, key);
                assertFalse(Arrays.equals(initial.get(key), array), key);
            });
            try (History one = first.history(); History other = second.history()) {
                for (RunningSum sum : RunningSum.values()) {
                    assertArrayEquals(sums(one, sum), sums(other, sum), 1e-4f, sum.name());
                }
            }
        }
    }

    /** With batch norms, in bfloat16, and elements that are dropped in both passes alike. */
    @ParameterizedTest
    @CsvSource({"reference,F32", "reference,BF16", "auto,F32", "auto,BF16", "device,BF16"})
    void shouldTrainBranchedNetworksInBothTypes(String name, DType type) throws IOException {
        Network network = Network.of("branched", Layer.maxPool(2), Layer.convolution("c1", 16, 3).withoutBias(),
                Layer.batchNorm("n1"), Layer.relu(),
                new Layer.Residual(List.of(Layer.convolution("c2", 16, 3).padding(1),
                        Layer.batchNorm("n2")), List.of()),
                new Layer.Dropout(0.25f), Layer.globalAveragePool(), Layer.linear("fc", 10));
        Arithmetic arithmetic = Arithmetic.of(type, ConvolutionChoice.DIRECT);
        TrainingConfig oneStep = CONFIG.withEpochs(1).withBatch(EXAMPLES);
        try (Backend backend = backend(name)) {
            assumeTrue(backend.info().activationTypes().contains(type), "the processor has no " + type);
            assertTrainsAlike(network, oneStep, arithmetic, backend);
        }
    }

    private static void assertTrainsAlike(Network network, TrainingConfig oneStep, Arithmetic arithmetic,
            Backend backend) throws IOException {
        try (Trainer builtIn = new Trainer(backend, network, DATA, oneStep, arithmetic);
                Trainer own = new Trainer(backend, network, DATA, oneStep,
                        TrainerOptions.DEFAULT.withArithmetic(arithmetic).withLoss(CROSS_ENTROPY))) {
            EpochMetrics expected = builtIn.trainEpoch(TrainingListener.NONE);
            assertEquals(expected.trainLoss(), own.trainEpoch(TrainingListener.NONE).trainLoss(), 1e-6);
            Map<String, float[]> values = own.parameters();
            float tolerance = builtIn.activations() == DType.F32 ? 1e-6f : 2e-4f;
            builtIn.parameters().forEach((key, array) -> assertArrayEquals(array, values.get(key), tolerance, key));
        }
    }

    @Test
    void shouldRecordItsOwnLossAndTheMarginsOfTheLogits() throws IOException {
        LossFunction constant = LossFunction.of((_, _, id, _) -> id);
        try (Backend backend = new SeparateMemoryBackend();
                Trainer trainer = trainer(backend, SMALL, CONFIG, constant);
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(EXAMPLES, 2))) {
            EpochMetrics metrics = trainer.trainEpoch(tracker, TrainingListener.NONE);
            assertEquals((EXAMPLES - 1) / 2.0, metrics.trainLoss(), 1e-6);
            assertTrue(metrics.testLoss() > 1.5 && metrics.testLoss() < 5, "cross-entropy: " + metrics);
            try (History history = tracker.history()) {
                float[] ids = new float[EXAMPLES];
                for (int id = 0; id < EXAMPLES; id++) {
                    ids[id] = id;
                    assertTrue(history.sum(RunningSum.EL2N, id) > 0);
                }
                assertArrayEquals(ids, sums(history, RunningSum.LOSS));
            }
        }
    }

    private static float[] sums(History history, RunningSum sum) {
        float[] sums = new float[EXAMPLES];
        for (int id = 0; id < EXAMPLES; id++) {
            sums[id] = history.sum(sum, id);
        }
        return sums;
    }

    @Test
    void shouldBeToldLogitsLabelsAndIdsOfEachBatch() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        LossFunction watched = batch -> {
            sizes.add(batch.examples());
            assertEquals(10, batch.classes());
            assertEquals(batch.examples() * 10, batch.logits().length);
            for (int n = 0; n < batch.examples(); n++) {
                assertEquals(DATA.train().label(batch.ids()[n]), batch.labels()[n]);
            }
            CROSS_ENTROPY.compute(batch);
        };
        try (Backend backend = new ReferenceBackend();
                Trainer trainer = trainer(backend, SMALL,
                        CONFIG.withEpochs(1).withUpdate(UpdateOptions.NONE.withParts(4)), watched)) {
            trainer.trainEpoch(TrainingListener.NONE);
        }
        assertEquals(List.of(5, 5, 5, 5, 5, 5, 5, 5, 5, 5), sizes);
    }

    @Test
    void shouldWeighItsOwnLossToo() throws IOException {
        Sampler weights = (_, shuffled) -> {
            float[] factors = new float[shuffled.length];
            for (int i = 0; i < factors.length; i++) {
                factors[i] = i % 3;
            }
            return EpochSample.of(shuffled).withWeights(factors);
        };
        TrainerOptions weighted = TrainerOptions.DEFAULT.withSampler(weights);
        try (Backend backend = new ReferenceBackend();
                Trainer builtIn = new Trainer(backend, SMALL, DATA, CONFIG, weighted);
                Trainer own = new Trainer(backend, SMALL, DATA, CONFIG, weighted.withLoss(CROSS_ENTROPY))) {
            builtIn.train(TrainingListener.NONE);
            own.train(TrainingListener.NONE);
            Map<String, float[]> values = own.parameters();
            builtIn.parameters().forEach((key, array) -> assertArrayEquals(array, values.get(key), 1e-5f, key));
        }
    }

    @Test
    void shouldAcceptGradientsThatAreRight() throws IOException {
        LossFunction focal = LossFunction.of((logits, label, _, gradient) -> focal(logits, label, gradient));
        LossFunction hinge = LossFunction.of((logits, label, _, gradient) -> {
            double loss = 0;
            for (int c = 0; c < logits.length; c++) {
                double over = 1 + logits[c] - logits[label];
                if (c != label && over > 0) {
                    loss += over;
                    gradient[c] += 1;
                    gradient[label] -= 1;
                }
            }
            return loss;
        });
        LossFunction coupled = batch -> { // the square of the mean of the label's logits, of which each has a share
            double mean = 0;
            for (int n = 0; n < batch.examples(); n++) {
                mean += batch.logits()[n * batch.classes() + batch.labels()[n]] / batch.examples();
            }
            for (int n = 0; n < batch.examples(); n++) {
                batch.losses()[n] = mean * mean / batch.examples();
                batch.gradients()[n * batch.classes() + batch.labels()[n]] = (float) (2 * mean / batch.examples());
            }
        };
        try (Backend backend = new ReferenceBackend()) {
            for (LossFunction loss : List.of(CROSS_ENTROPY, focal, hinge, coupled)) {
                try (Trainer trainer = trainer(backend, SMALL, CONFIG, loss.checked())) {
                    assertTrue(Double.isFinite(trainer.train(TrainingListener.NONE).getLast().trainLoss()));
                }
            }
        }
    }

    @Test
    void shouldRefuseAGradientThatIsWrong() throws IOException {
        LossFunction wrong = LossFunction.of((logits, label, id, gradient) -> {
            double loss = focal(logits, label, gradient);
            if (id == 17) {
                gradient[3] += 0.125f;
            }
            return loss;
        });
        LossFunction mean = batch -> {
            CROSS_ENTROPY.compute(batch);
            for (int i = 0; i < batch.gradients().length; i++) {
                batch.gradients()[i] /= batch.examples();
            }
        };
        assertTrue(refusal(wrong).matches("the gradient of the loss is wrong for example 17 and class 3: expected "
                + "-?0\\.\\d+(E-\\d)? by central differences, got -?0\\.\\d+: give the derivative of the sum of the "
                + "batch's losses with respect to each logit"), refusal(wrong));
        assertTrue(refusal(mean).contains("give the derivative of the sum"), refusal(mean));
        LossFunction notANumber = LossFunction.of((logits, label, _, gradient) -> {
            double loss = focal(logits, label, gradient);
            gradient[0] = Float.NaN;
            return loss;
        });
        assertTrue(refusal(notANumber).contains("and class 0: expected"), refusal(notANumber));
        assertTrue(refusal(notANumber).contains("got NaN"), refusal(notANumber));
    }

    private static String refusal(LossFunction loss) throws IOException {
        try (Backend backend = new ReferenceBackend();
                Trainer trainer = trainer(backend, SMALL, CONFIG, loss.checked())) {
            return assertThrows(IllegalStateException.class, () -> trainer.train(TrainingListener.NONE)).getMessage();
        }
    }

    /** Another plan would overwrite the activations that the backward pass needs. */
    @Test
    void shouldRefuseToRunAnythingElseWhileTheLossIsComputed() throws IOException {
        List<String> refusals = new ArrayList<>();
        List<Trainer> trainers = new ArrayList<>();
        List<Trainer.Epoch> epochs = new ArrayList<>();
        LossFunction meddling = batch -> {
            Trainer trainer = trainers.getFirst();
            assertEquals(10, trainer.parameters().get("fc.bias").length);
            List<Runnable> moves = List.of(epochs.getFirst()::step, trainer::evaluate,
                    () -> trainer.replaceWeights(trainer.weights()),
                    () -> trainer.restore(0, trainer.weights(), trainer.optimizerState()));
            moves.forEach(
                    move -> refusals.add(assertThrows(IllegalStateException.class, move::run).getMessage()));
            CROSS_ENTROPY.compute(batch);
        };
        try (Backend backend = new ReferenceBackend();
                Trainer trainer = trainer(backend, SMALL, CONFIG.withEpochs(1), meddling)) {
            trainers.add(trainer);
            epochs.add(trainer.beginEpoch(TrainingListener.NONE));
            while (epochs.getFirst().step()) {
                assertEquals(0, trainer.epochs());
            }
            assertTrue(epochs.getFirst().end().trainLoss() < 5);
            assertEquals(12, refusals.size());
            refusals.forEach(
                    message -> assertTrue(message.startsWith("the loss of a step is being computed"), message));
            assertTrue(trainer.evaluate().loss() < 5);
        }
    }

    @Test
    void shouldRefuseWhatBelongsToTheBuiltInLoss() throws IOException {
        try (Backend backend = new ReferenceBackend()) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> trainer(backend, SMALL, CONFIG.withLabelSmoothing(0.1f), CROSS_ENTROPY)).getMessage();
            assertTrue(message.startsWith("labelSmoothing=0.1 belongs to softmax cross-entropy"), message);
        }
        assertEquals("5 logits, 2 labels and 2 ids make no batch: give a label, an id and as many logits for each "
                + "example",
                assertThrows(IllegalArgumentException.class,
                        () -> new LogitBatch(new float[5], new int[2], new int[2])).getMessage());
    }

    /** A loss that was not computed is no number, and so are its presentations. */
    @Test
    void shouldStopWhereALossWasNotComputed() throws IOException {
        try (Backend backend = new ReferenceBackend();
                Trainer trainer = trainer(backend, SMALL, CONFIG, batch -> batch.losses()[1] = 0)) {
            String message = assertThrows(NonFiniteLossException.class, () -> trainer.train(TrainingListener.NONE))
                    .getMessage();
            assertTrue(message.contains("NaN at step 1 of epoch 1"), message);
        }
    }
}
