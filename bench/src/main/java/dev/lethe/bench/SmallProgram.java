package dev.lethe.bench;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.ModelZoo;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Predictor;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.TrainingListener;
import dev.lethe.train.checkpoint.Safetensors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A small program that {@link StartUp} measures: it trains or predicts, and prints the milliseconds of its parts, from
 * the start of its JVM, as lines {@code PART=TIME}. Its arguments are a {@link Kind}, a backend, and a file of weights.
 */
final class SmallProgram {
    /** Number of its images. */
    static final int IMAGES = 1_000;
    private static final int BATCH = 64;
    private static final String NETWORK = "mnist-cnn";

    private final Map<String, Long> parts = new LinkedHashMap<>();
    private long last = ManagementFactory.getRuntimeMXBean().getStartTime();

    private SmallProgram() {}

    /** Ends a part of the program. */
    private void ended(String part) {
        long now = System.currentTimeMillis();
        parts.merge(part, now - last, Long::sum);
        last = now;
    }

    /** Kinds of program. */
    enum Kind {
        TRAIN, PREDICT
    }

    public static void main(String[] arguments) throws IOException {
        new SmallProgram().run(Kind.valueOf(arguments[0]), arguments[1], Path.of(arguments[2]));
    }

    /** Writes weights that {@link Kind#PREDICT} reads. */
    static void writeWeights(Path file) throws IOException {
        try (Backend backend = Backends.open("reference", 1);
                Trainer trainer = trainer(backend, NoiseImages.of(NETWORK, IMAGES))) {
            new Safetensors(trainer.weights(), Map.of()).write(file);
        }
    }

    private void run(Kind kind, String name, Path weights) throws IOException {
        ended("JVM");
        DataSet data = NoiseImages.of(NETWORK, IMAGES);
        ended("images");
        try (Backend backend = Backends.open(name, Runtime.getRuntime().availableProcessors())) {
            ended("backend");
            if (kind == Kind.TRAIN) {
                train(backend, data);
            } else {
                predict(backend, data, weights);
            }
        }
        ended("end");
        parts.forEach((part, milliseconds) -> System.out.println(part + "=" + milliseconds));
    }

    private static Trainer trainer(Backend backend, DataSet data) {
        return new Trainer(backend, ModelZoo.create(NETWORK, NoiseImages.CLASSES), data,
                TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withEpochs(1).withBatch(BATCH)
                        .withLearningRate(0.05f));
    }

    private void train(Backend backend, DataSet data) throws IOException {
        try (Trainer trainer = trainer(backend, data)) {
            ended("compilation");
            Trainer.Epoch epoch = trainer.beginEpoch(TrainingListener.NONE);
            epoch.step();
            ended("first step");
            while (epoch.step()) {
                ended("next 15");
            }
            epoch.end();
            ended("test");
        }
    }

    private void predict(Backend backend, DataSet data, Path weights) throws IOException {
        try (Predictor predictor = new Predictor(backend, ModelZoo.create(NETWORK, NoiseImages.CLASSES),
                data.train().shape().withFirst(1), data.normalization(), Arithmetic.PLAIN)) {
            ended("compilation");
            predictor.load(Safetensors.read(weights).arrays());
            ended("weights");
            predictor.logits(data.train());
            ended("first 1,000");
            predictor.logits(data.train());
            ended("next 1,000");
        }
    }
}
