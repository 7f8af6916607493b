package dev.lethe.bench;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendUnavailableException;
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
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A measurement of small programs from the start of their JVM: one that trains the network {@code mnist-cnn} on 1,000
 * images for an epoch, and one that predicts 1,000 images. Each runs in {@value #PROCESSES} processes for each backend,
 * in turns; the medians of their parts are printed, in milliseconds.
 *
 * <p>Usage: {@code ./lethe bench --start [BACKEND...]}. Exit codes: 0 measured, 2 wrong usage.
 */
public final class StartUp {
    private static final int PROCESSES = 7;
    private static final int IMAGES = 1_000;
    private static final int BATCH = 64;
    private static final String ALL = "all";
    private static final String NETWORK = "mnist-cnn";

    private final Map<String, Long> parts = new LinkedHashMap<>();
    private long last = ManagementFactory.getRuntimeMXBean().getStartTime();

    private StartUp() {}

    /** Ends a part of the program. */
    private void ended(String part) {
        long now = System.currentTimeMillis();
        parts.merge(part, now - last, Long::sum);
        last = now;
    }

    /** Measures and prints, or with three arguments, of which the first begins with {@code =}, is a program. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 3 && arguments[0].startsWith("=")) {
            new StartUp().run(Program.valueOf(arguments[0].substring(1)), arguments[1], Path.of(arguments[2]));
            return;
        }
        List<String> backends = arguments.length == 0 ? List.of("cpu", "onednn", "vector") : List.of(arguments);
        try {
            backends.forEach(Backends::choose);
        } catch (BackendUnavailableException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        measure(backends, PROCESSES, System.out);
    }

    /** A small program. */
    private enum Program {
        TRAIN, PREDICT
    }

    private void run(Program program, String name, Path weights) throws IOException {
        ended("JVM");
        DataSet data = NoiseImages.of(NETWORK, IMAGES);
        ended("images");
        try (Backend backend = Backends.open(name, Runtime.getRuntime().availableProcessors())) {
            ended("backend");
            if (program == Program.TRAIN) {
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

    static void measure(List<String> backends, int processes, PrintStream out)
            throws IOException, InterruptedException {
        Path weights = Files.createTempFile("lethe-weights", ".safetensors");
        try (Backend backend = Backends.open("reference", 1);
                Trainer trainer = trainer(backend, NoiseImages.of(NETWORK, IMAGES))) {
            new Safetensors(trainer.weights(), Map.of()).write(weights);
            Map<String, Map<String, List<Long>>> measured = new LinkedHashMap<>();
            for (int i = 0; i < processes; i++) {
                for (Program program : Program.values()) {
                    for (String name : backends) {
                        Map<String, List<Long>> times = measured.computeIfAbsent(
                                program.name().toLowerCase(Locale.ROOT) + " " + name, _ -> new LinkedHashMap<>());
                        started(program, name, weights)
                                .forEach((part, time) -> times.computeIfAbsent(part, _ -> new ArrayList<>()).add(time));
                    }
                }
            }
            measured.forEach((program, times) -> out.println(line(program, times)));
        } finally {
            Files.delete(weights);
        }
    }

    private static String line(String program, Map<String, List<Long>> times) {
        return String.format(Locale.ROOT, "%-15s %5d ms: ", program, median(Objects.requireNonNull(times.get(ALL))))
                + times.entrySet().stream().filter(part -> !part.getKey().equals(ALL))
                        .map(part -> part.getKey() + " " + median(part.getValue())).collect(Collectors.joining(", "));
    }

    private static Map<String, Long> started(Program program, String backend, Path weights)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), StartUp.class.getName(), "=" + program, backend,
                weights.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(program + " on " + backend + " failed: " + lines);
        }
        Map<String, Long> times = new LinkedHashMap<>();
        long all = 0;
        for (String line : lines) {
            long time = Long.parseLong(line.substring(line.indexOf('=') + 1));
            times.put(line.substring(0, line.indexOf('=')), time);
            all += time;
        }
        times.put(ALL, all);
        return times;
    }

    private static long median(List<Long> times) {
        long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
