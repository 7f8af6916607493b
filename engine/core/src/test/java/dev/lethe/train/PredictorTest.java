package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.model.Layer;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.nativelib.cuda.HostCudaBackend;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictorTest {
    private static final DataSet DATA = SomeOfMnist.of(150, 70);
    private static final Shape IMAGE = DATA.train().shape().withFirst(1);
    private static final Network NETWORK = Network.of("small",
            Layer.convolution("conv", 6, 5).stride(3).withoutBias(), Layer.batchNorm("bn"), Layer.relu(),
            Layer.maxPool(2), Layer.linear("fc1", 24), Layer.relu(), Layer.linear("fc2", 10));
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 0)).withSeed(4)
            .withEpochs(2).withBatch(16).withLearningRate(0.02f);

    private static Predictor predictor(Backend backend, int batch) {
        return new Predictor(backend, NETWORK, IMAGE, DATA.normalization(), Arithmetic.PLAIN, batch);
    }

    private static Map<String, NamedArray> initialWeights(Backend backend, Network network, DataSet data) {
        try (Trainer trainer = new Trainer(backend, network, data, CONFIG)) {
            return trainer.weights();
        }
    }

    private static int largest(float[] row) {
        return IntStream.range(0, row.length).reduce(0, (best, i) -> row[i] > row[best] ? i : best);
    }

    private static double meanLoss(ImageSet images, float[][] probabilities) {
        return IntStream.range(0, images.examples()).mapToDouble(i -> -Math.log(probabilities[i][images.label(i)]))
                .average().orElseThrow();
    }

    @Test
    void shouldPredictWhatATrainedNetworkIsTestedBy() throws IOException {
        try (Backend backend = Backends.open("auto", 2);
                Trainer trainer = new Trainer(backend, NETWORK, DATA, CONFIG)) {
            trainer.train(TrainingListener.NONE);
            try (Predictor predictor = new Predictor(backend, NETWORK, IMAGE, DATA.normalization(), Arithmetic.PLAIN)) {
                predictor.load(trainer.weights());
                float[][] logits = predictor.logits(DATA.test());
                float[][] probabilities = predictor.probabilities(DATA.train());
                Evaluation tested = trainer.evaluate();
                assertArrayEquals(trainer.testPredictions().predictedByExample(),
                        IntStream.range(0, logits.length).map(i -> largest(logits[i])).toArray());
                assertEquals(tested.loss(), meanLoss(DATA.test(), predictor.probabilities(DATA.test())), 1e-5);
                assertEquals(DATA.train().examples(), probabilities.length);
                for (float[] row : probabilities) {
                    assertEquals(1, IntStream.range(0, row.length).mapToDouble(i -> row[i]).sum(), 1e-6);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"reference, F32, 1e-4", "onednn, F32, 1e-4", "vector, F32, 1e-4", "cudnn, F32, 1e-4",
            "cudnn, BF16, 0.02"})
    void shouldMakeLogitsOfFeatures(String name, DType type, float tolerance) {
        boolean host = name.equals("cudnn");
        assumeTrue(!host || HostCudaBackend.available(), "no C++ compiler for the host");
        try (Backend backend = host ? HostCudaBackend.open() : Backends.open(name, 1);
                Predictor predictor = new Predictor(backend, NETWORK, IMAGE, DATA.normalization(),
                        Arithmetic.of(type, ConvolutionChoice.DIRECT))) {
            Map<String, NamedArray> weights = initialWeights(backend, NETWORK, DATA);
            predictor.load(weights);
            float[][] features = predictor.features(DATA.test());
            float[][] logits = predictor.logits(DATA.test());
            float[] matrix = weights.get("fc2.weight").floats(); // (classes, features)
            float[] bias = weights.get("fc2.bias").floats();
            assertEquals(24, predictor.featureCount());
            assertEquals(10, predictor.classes());
            for (int i = 0; i < logits.length; i++) {
                for (int c = 0; c < 10; c++) {
                    double sum = bias[c];
                    for (int f = 0; f < 24; f++) {
                        sum += (double) features[i][f] * matrix[c * 24 + f];
                    }
                    assertEquals(sum, logits[i][c], tolerance, "image " + i + ", class " + c);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 70, 500})
    void shouldPredictTheSameInBatchesOfAnySize(int batch) {
        try (Backend backend = Backends.open("onednn", 2);
                Predictor whole = predictor(backend, 64);
                Predictor other = predictor(backend, batch)) {
            Map<String, NamedArray> weights = initialWeights(backend, NETWORK, DATA);
            whole.load(weights);
            other.load(weights);
            float[][] expected = whole.logits(DATA.test());
            float[][] actual = other.logits(DATA.test());
            for (int i = 0; i < expected.length; i++) {
                assertArrayEquals(expected[i], actual[i], 1e-5f, "image " + i);
            }
        }
    }

    @Test
    void shouldWriteOffHeapWhatItReturns() {
        try (Backend backend = Backends.open("onednn", 1);
                Predictor predictor = predictor(backend, 32);
                Arena arena = Arena.ofConfined()) {
            predictor.load(initialWeights(backend, NETWORK, DATA));
            MemorySegment logits = arena.allocate(70 * 10 * Float.BYTES);
            predictor.logits(DATA.test().pixels(), logits);
            MemorySegment features = MemorySegment.ofArray(new float[70 * 24]);
            predictor.features(MemorySegment.ofArray(DATA.test().pixels().toArray(ValueLayout.JAVA_BYTE)), features);
            float[][] expectedLogits = predictor.logits(DATA.test());
            float[][] expectedFeatures = predictor.features(DATA.test());
            for (int i = 0; i < 70; i++) {
                for (int c = 0; c < 10; c++) {
                    assertEquals(expectedLogits[i][c], logits.getAtIndex(ValueLayout.JAVA_FLOAT, 10L * i + c));
                }
                for (int f = 0; f < 24; f++) {
                    assertEquals(expectedFeatures[i][f], features.getAtIndex(ValueLayout.JAVA_FLOAT, 24L * i + f));
                }
            }
        }
    }

    @Test
    void shouldPredictByMovingAverages() throws IOException {
        TrainingConfig averaging = CONFIG.withUpdate(UpdateOptions.NONE.withAverageDecay(0.8));
        try (Backend backend = Backends.open("onednn", 2);
                Trainer trainer = new Trainer(backend, NETWORK, DATA, averaging);
                Predictor predictor = predictor(backend, 64)) {
            trainer.train(TrainingListener.NONE);
            predictor.loadAverages(trainer.weights(), trainer.optimizerState());
            double averaged = meanLoss(DATA.test(), predictor.probabilities(DATA.test()));
            assertEquals(trainer.evaluate().loss(), averaged, 1e-5);
            predictor.load(trainer.weights());
            assertTrue(Math.abs(meanLoss(DATA.test(), predictor.probabilities(DATA.test())) - averaged) > 1e-4);
        }
    }

    @Test
    void shouldPredictWithEveryNetworkOfTheZoo() {
        try (Backend backend = Backends.open("onednn", 2)) {
            for (String name : ModelZoo.names()) {
                boolean digits = name.equals("mnist-cnn") || name.equals("mlp");
                Shape image = digits ? Shape.of(1, 28, 28, 1) : Shape.of(1, 32, 32, 3);
                try (Predictor predictor = new Predictor(backend, ModelZoo.create(name, 7), image,
                        digits
                                ? Normalization.gray(0.5f, 0.2f)
                                : new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.2f, 0.2f, 0.2f)),
                        Arithmetic.PLAIN, 1)) {
                    assertEquals(7, predictor.classes(), name);
                    assertTrue(predictor.featureCount() >= 50, name + " has " + predictor.featureCount());
                }
            }
        }
    }

    private static void assertRefused(Class<? extends Exception> type, String words, Executable move) {
        String message = assertThrows(type, move).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void shouldRefuseMisuse() {
        try (Backend backend = Backends.open("onednn", 1)) {
            Predictor predictor = predictor(backend, 8);
            assertRefused(IllegalStateException.class, "no weights were loaded", () -> predictor.logits(DATA.test()));
            Map<String, NamedArray> weights = initialWeights(backend, NETWORK, DATA);
            assertRefused(IllegalArgumentException.class, "weights of another network",
                    () -> predictor.load(Map.of()));
            predictor.load(weights);
            ImageSet smaller = ImageSet.of(new byte[27 * 28], new int[1], 27, 28, 1);
            assertRefused(IllegalArgumentException.class, "predicts images of 28 x 28 x 1",
                    () -> predictor.logits(smaller));
            MemorySegment pixels = DATA.test().pixels();
            MemorySegment logits = MemorySegment.ofArray(new float[700]);
            assertRefused(IllegalArgumentException.class, "give 784 for each image",
                    () -> predictor.logits(pixels.asSlice(0, 1000), logits));
            assertRefused(IllegalArgumentException.class, "give 784 for each image",
                    () -> predictor.logits(pixels.asSlice(0, 0), logits));
            assertRefused(IllegalArgumentException.class, "images=70 and classes=10: give 2800",
                    () -> predictor.logits(pixels, logits.asSlice(4)));
            assertRefused(IllegalArgumentException.class, "images=70 and features=24: give 6720",
                    () -> predictor.features(pixels, logits));
            predictor.close();
            predictor.close();
            assertRefused(IllegalStateException.class, "is closed", () -> predictor.logits(DATA.test()));
            assertRefused(IllegalArgumentException.class, "batch=0", () -> predictor(backend, 0));
            assertRefused(IllegalArgumentException.class, "(1, height, width, channels)", () -> new Predictor(backend,
                    NETWORK, DATA.test().shape(), DATA.normalization(), Arithmetic.PLAIN));
            assertRefused(IllegalArgumentException.class, "has 1 channels, and normalization 2", () -> new Predictor(
                    backend, NETWORK, IMAGE, new Normalization(List.of(0f, 0f), List.of(1f, 1f)), Arithmetic.PLAIN));
        }
    }
}
