package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.train.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examples of the package's documentation, whose regions Javadoc, the README and docs/research show. */
class SnippetsTest {
    private static int countUnforgettable(byte[] pixels, int[] labels) throws IOException {
        // @start region="train"
        ImageSet train = ImageSet.of(pixels, labels, 12, 12, 1); // bytes (examples, height, width, channels)
        DataSet data = new DataSet("mine", train, train, List.of("left", "right"), Normalization.gray(0.5f, 0.25f));
        Network network = Network.of("small", Layer.convolution("conv", 8, 3), Layer.relu(), Layer.maxPool(2),
                Layer.linear("fc", 2));
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)) // momentum, Nesterov, decay
                .withSeed(1).withEpochs(5).withBatch(32).withLearningRate(0.05f);
        try (Backend backend = Backends.open("auto", 2);
                ForgettingTracker tracker = ForgettingTracker
                        .inMemory(TrackerSpec.of(train.examples(), config.epochs()));
                Trainer trainer = new Trainer(backend, network, data, config)) {
            trainer.train(tracker, TrainingListener.NONE);
            try (History history = tracker.history()) {
                return ForgettingScores.of(history).unforgettableCount();
            }
        }
        // @end
    }

    private static TrainingConfig withTriangles(TrainingConfig config) {
        // @start region="schedule"
        Schedule triangles = Schedule.of("triangles of 4 epochs", (step, stepsPerEpoch, epochs) -> {
            double epoch = (double) step / stepsPerEpoch;
            return 1 - Math.abs(epoch % 4 - 2) / 2; // up in two epochs, down in two
        });
        return config.withSchedule(triangles);
        // @end
    }

    // @start region="gradients"
    static List<Double> gradientNorms(Backend backend, Network network, DataSet data, TrainingConfig config)
            throws IOException {
        List<Double> norms = new ArrayList<>(); // of each step
        UpdateHook hook = gradients -> {
            double squares = 0;
            for (String name : gradients.names()) { // conv1.weight, conv1.bias, ...
                for (float value : gradients.read(name)) {
                    squares += value * value;
                }
            }
            norms.add(Math.sqrt(squares));
        };
        try (Trainer trainer = new Trainer(backend, network, data, config, Arithmetic.PLAIN, hook)) {
            trainer.train(TrainingListener.NONE);
        }
        return norms;
    }
    // @end

    private static Network residualNetwork(int classes) {
        // @start region="network"
        Network network = Network.of("small-resnet",
                Layer.convolution("conv1", 16, 3).padding(1).withoutBias(), Layer.batchNorm("bn1"), Layer.relu(),
                Layer.residual(Layer.convolution("block.conv1", 32, 3).stride(2).padding(1).withoutBias(),
                        Layer.batchNorm("block.bn1"), Layer.relu(),
                        Layer.convolution("block.conv2", 32, 3).padding(1).withoutBias(), Layer.batchNorm("block.bn2"))
                        .shortcut(Layer.convolution("block.shortcut", 32, 1).stride(2)),
                Layer.relu(), Layer.averagePool(2), Layer.dropout(0.2f), Layer.linear("fc", classes));
        // @end
        return network;
    }

    // @start region="sampler"
    static List<EpochMetrics> trainOnTheHardHalf(Backend backend, Network network, DataSet data, TrainingConfig config,
            double[] hardness) throws IOException {
        int all = hardness.length;
        int[] hardFirst = IntStream.range(0, all).boxed().sorted(Comparator.comparingDouble(id -> -hardness[id]))
                .mapToInt(Integer::intValue).toArray();
        Sampler sampler = Sampler.ofSizes(epoch -> epoch == 1 ? all : all / 2, (epoch, shuffled) -> {
            if (epoch == 1) {
                return EpochSample.of(shuffled); // all, in the trainer's own order
            }
            float[] weights = new float[all / 2]; // of the presentations: from 2 down to 1
            for (int i = 0; i < weights.length; i++) {
                weights[i] = 2 - (float) i / weights.length;
            }
            return EpochSample.of(Arrays.copyOf(hardFirst, all / 2)).withWeights(weights);
        });
        try (Trainer trainer = new Trainer(backend, network, data, config,
                TrainerOptions.DEFAULT.withSampler(sampler))) {
            return trainer.train(TrainingListener.NONE);
        }
    }
    // @end

    // @start region="loss"
    static List<EpochMetrics> trainByFocalLoss(Backend backend, Network network, DataSet data, TrainingConfig config)
            throws IOException {
        LossFunction focal = LossFunction.of((logits, label, id, gradient) -> { // -(1 - p)^2 log(p)
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit - logits[label]);
            }
            double p = 1 / sum; // softmax probability of the label
            double slope = 2 * (1 - p) * p * Math.log(p) - (1 - p) * (1 - p); // p times the derivative by p
            for (int c = 0; c < logits.length; c++) {
                gradient[c] = (float) (slope * ((c == label ? 1 : 0) - Math.exp(logits[c] - logits[label]) * p));
            }
            return -(1 - p) * (1 - p) * Math.log(p);
        });
        TrainerOptions options = TrainerOptions.DEFAULT.withLoss(focal.checked()); // by differences, to debug
        try (Trainer trainer = new Trainer(backend, network, data, config, options)) {
            return trainer.train(TrainingListener.NONE);
        }
    }
    // @end

    // @start region="predict"
    static float[][] probabilities(Backend backend, Network network, DataSet data, Path weights) throws IOException {
        try (Predictor predictor = new Predictor(backend, network, data.test().shape().withFirst(1),
                data.normalization(), Arithmetic.PLAIN)) {
            predictor.load(Safetensors.read(weights).arrays());
            return predictor.probabilities(data.test()); // [image][class]; so do logits(...) and features(...)
        }
    }
    // @end

    @Test
    void shouldFindThatMostOfAnEasyProblemIsNeverForgotten() throws IOException {
        int examples = 500;
        byte[] pixels = new byte[examples * 144];
        int[] labels = new int[examples];
        Random random = new Random(1);
        for (int i = 0; i < examples; i++) {
            labels[i] = random.nextInt(2);
            for (int p = 0; p < 144; p++) { // a bright half on the left or on the right, in noise
                boolean bright = p % 12 < 6 == (labels[i] == 0);
                pixels[i * 144 + p] = (byte) (random.nextInt(120) + (bright ? 100 : 0));
            }
        }
        assertTrue(countUnforgettable(pixels, labels) > 0.9 * examples);
    }

    @Test
    void shouldPredictByWeightsOfAFile(@TempDir Path folder) throws IOException {
        DataSet data = SomeOfMnist.of(60, 30);
        Network network = ModelZoo.create("mnist-cnn", 10);
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(1).withEpochs(1)
                .withBatch(20).withLearningRate(0.01f);
        Path file = folder.resolve("weights.safetensors");
        try (Backend backend = Backends.open("auto", 2);
                Trainer trainer = new Trainer(backend, network, data, config)) {
            EpochMetrics trained = trainer.trainEpoch(TrainingListener.NONE);
            new Safetensors(trainer.weights(), Map.of()).write(file);
            float[][] probabilities = probabilities(backend, network, data, file);
            double loss = IntStream.range(0, 30)
                    .mapToDouble(i -> -Math.log(probabilities[i][data.test().label(i)])).average().orElseThrow();
            assertEquals(trained.testLoss(), loss, 1e-5);
        }
    }

    @Test
    void shouldTrainByOnesOwnSchedule() {
        Schedule schedule = withTriangles(TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0))).schedule();
        assertEquals(0, schedule.rate(0.1f, 0, 10, 8));
        assertEquals(0.05f, schedule.rate(0.1f, 10, 10, 8), 1e-8f);
        assertEquals(0.1f, schedule.rate(0.1f, 20, 10, 8), 1e-8f);
        assertEquals(0.05f, schedule.rate(0.1f, 70, 10, 8), 1e-8f);
    }

    @Test
    void shouldTellTheNormOfTheGradientsOfEachStep() throws IOException {
        try (Backend backend = Backends.open("auto", 2)) {
            List<Double> norms = gradientNorms(backend, ModelZoo.create("mnist-cnn", 10), SomeOfMnist.of(60, 30),
                    TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(1).withEpochs(2).withBatch(20));
            assertEquals(6, norms.size());
            norms.forEach(norm -> assertTrue(norm > 0.1 && norm < 100, norms.toString()));
        }
    }

    @Test
    void shouldTrainOnTheHardHalf() throws IOException {
        try (Backend backend = Backends.open("auto", 2)) {
            List<EpochMetrics> metrics = trainOnTheHardHalf(backend, ModelZoo.create("mnist-cnn", 10),
                    SomeOfMnist.of(60, 30), TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(1)
                            .withEpochs(3).withBatch(20),
                    IntStream.range(0, 60).mapToDouble(id -> id * 7 % 60).toArray());
            assertEquals(3, metrics.size());
            metrics.forEach(epoch -> assertTrue(epoch.trainLoss() > 0 && epoch.trainLoss() < 10, epoch.toString()));
        }
    }

    @Test
    void shouldTrainByFocalLoss() throws IOException {
        try (Backend backend = Backends.open("auto", 2)) {
            List<EpochMetrics> metrics = trainByFocalLoss(backend, ModelZoo.create("mnist-cnn", 10),
                    SomeOfMnist.of(60, 30), TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(1)
                            .withEpochs(3).withBatch(20).withLearningRate(0.02f));
            assertTrue(metrics.getLast().trainLoss() < metrics.getFirst().trainLoss(), metrics.toString());
        }
    }

    @Test
    void shouldTrainAResidualNetwork() throws IOException {
        Network network = residualNetwork(10);
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(1).withBatch(20);
        try (Backend backend = Backends.open("auto", 2);
                Trainer trainer = new Trainer(backend, network, SomeOfMnist.of(60, 30), config)) {
            assertTrue(trainer.trainEpoch(TrainingListener.NONE).trainLoss() < 10);
            assertEquals(network.weightNames().values().stream().flatMap(List::stream).toList(),
                    List.copyOf(trainer.parameters().keySet()));
        }
    }
}
