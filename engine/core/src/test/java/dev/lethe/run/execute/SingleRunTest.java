package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.model.DecayExemption;
import dev.lethe.run.InitialWeights;
import dev.lethe.run.PlanListener;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.Evaluation;
import dev.lethe.train.Lookahead;
import dev.lethe.train.Schedule;
import dev.lethe.train.TestViews;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.UpdateOptions;
import dev.lethe.train.checkpoint.NamedArray;
import dev.lethe.train.checkpoint.Safetensors;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Isolated("sets the folder of the cache for the whole JVM")
class SingleRunTest {
    private static final TrainingConfig TRAINING = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(3)
            .withEpochs(3).withBatch(64).withLearningRate(0.01f).withSchedule(Schedule.parse("warmup:1+cosine"))
            .withAugmentation(Augmentation.parse("crop:2+cutout:4")).withLabelSmoothing(0.1f);

    /** The first images of MNIST, as a folder of IDX files. */
    @TempDir
    private static Path digits;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeDigits() throws IOException {
        DataSet mnist = DataSets.load("mnist");
        writeIdx(digits, "train", first(mnist.train(), 1_500));
        writeIdx(digits, "t10k", first(mnist.test(), 500));
    }

    private static IdxFile first(ImageSet images, int examples) {
        byte[] pixels = images.pixels().asSlice(0, (long) examples * images.imageBytes())
                .toArray(ValueLayout.JAVA_BYTE);
        byte[] labels = new byte[examples];
        for (int i = 0; i < examples; i++) {
            labels[i] = (byte) images.labels().getAtIndex(ValueLayout.JAVA_INT, i);
        }
        return new IdxFile(pixels, labels, images.height());
    }

    private record IdxFile(byte[] pixels, byte[] labels, int side) {}

    private static void writeIdx(Path idx, String part, IdxFile file) throws IOException {
        int examples = file.labels.length;
        Files.write(idx.resolve(part + "-images-idx3-ubyte"), ByteBuffer.allocate(16 + file.pixels.length)
                .putInt(0x803).putInt(examples).putInt(file.side).putInt(file.side).put(file.pixels).array());
        Files.write(idx.resolve(part + "-labels-idx1-ubyte"),
                ByteBuffer.allocate(8 + examples).putInt(0x801).putInt(examples).put(file.labels).array());
    }

    /** Stops a run as a crash would: after an epoch is committed, before or after its checkpoint is written. */
    private record StopAfter(int epoch, boolean beforeCheckpoint) implements PlanListener {
        static final class Stopped extends RuntimeException {
            private static final long serialVersionUID = 1;
        }

        @Override
        public RunListener runStarted(RunNotice run) {
            return new RunListener() {
                @Override
                public void stepDone(int number, int presentations, double meanLoss) {
                    if (!beforeCheckpoint && number > epoch) {
                        throw new Stopped();
                    }
                }

                @Override
                public void epochDone(EpochMetrics metrics) {
                    if (beforeCheckpoint && metrics.epoch() == epoch) {
                        throw new Stopped();
                    }
                }

                @Override
                public void close() {
                    // nothing is held
                }
            };
        }
    }

    private static RunSettings settings() {
        return settings(TRAINING);
    }

    private static RunSettings settings(TrainingConfig training) {
        return RunSettings.of(digits.toString(), "mnist-cnn", training).on("cpu", 2);
    }

    static Stream<TrainingConfig> trainings() {
        UpdateOptions update = UpdateOptions.NONE.withClipNorm(1).withDecayExemptions(DecayExemption.parse("bias"))
                .withAverageDecay(0.99).withParts(2);
        return Stream.of(TRAINING,
                TRAINING.withUpdate(UpdateOptions.NONE.withLookahead(Lookahead.airbench()))
                        .withTestViews(TestViews.MIRROR_SHIFT),
                TrainingConfig.of(Optimizer.AdamW.standard()).withSeed(3).withEpochs(3).withBatch(64)
                        .withLearningRate(1e-3f).withUpdate(update)
                        .withTestViews(TestViews.MIRROR));
    }

    private static RunSpec from(Path weights) {
        return RunSpec.of(settings())
                .with(Procedure.TRACKED.beginningWith(InitialWeights.Saved.of(weights)));
    }

    private static Optional<EpochMetrics> train(RunSettings settings, PlanListener listener, Path out, boolean resume)
            throws IOException {
        return train(RunSpec.of(settings), listener, out, resume);
    }

    private static Optional<EpochMetrics> train(RunSpec spec, PlanListener listener, Path out, boolean resume)
            throws IOException {
        Optional<FinishedRun> run = new SingleRun(spec, out, ExecutionOptions.checkpointingEveryEpoch(), listener)
                .train(resume);
        return run.isPresent() ? Optional.of(run.get().epochs().getLast()) : Optional.empty();
    }

    private static Evaluation evaluation(Path run) throws IOException {
        return RunEvaluation.of(run).test("cpu", 2);
    }

    /** Returns the folder of the only run in an output folder. */
    private Path run(String name) throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve(name).resolve("runs"))) {
            return runs.reduce((_, _) -> {
                throw new AssertionError("several runs");
            }).orElseThrow();
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void shouldGoOnToTheSameBits(TrainingConfig training) throws IOException {
        Optional<EpochMetrics> whole = train(settings(training), PlanListener.NONE, folder.resolve("whole"),
                false);
        for (boolean beforeCheckpoint : new boolean[]{true, false}) {
            String name = "stopped-" + beforeCheckpoint;
            Path out = folder.resolve(name);
            assertThrows(StopAfter.Stopped.class,
                    () -> train(settings(training), new StopAfter(2, beforeCheckpoint), out, false));
            assertThrows(RunException.class,
                    () -> train(settings(training), PlanListener.NONE, out, false));
            Optional<EpochMetrics> resumed = train(settings(training), PlanListener.NONE, out, true);
            assertEquals(whole.orElseThrow().testLoss(), resumed.orElseThrow().testLoss());
            for (String file : new String[]{"history.lethe", "scores.csv", "config.json",
                    "checkpoint/weights.safetensors", "checkpoint/optimizer.safetensors"}) {
                assertArrayEquals(bytes(run("whole").resolve(file)), bytes(run(name).resolve(file)), file);
            }
            assertEquals(4, Files.readAllLines(run(name).resolve("metrics.csv")).size());
        }
        assertEquals(whole.orElseThrow().testAccuracy(),
                evaluation(folder.resolve("whole")).accuracy());
        assertTrue(train(settings(training), PlanListener.NONE, folder.resolve("whole"), true).isEmpty(),
                "nothing is left to train");
    }

    @Test
    void shouldLeaveNothingBehindSettingsThatCannotBe() {
        RunSettings refused = RunSettings
                .of(digits.toString(), "mnist-cnn", TRAINING.withAugmentation(Augmentation.parse("crop:28")))
                .on("cpu", 2);
        Path out = folder.resolve("refused");
        String message = assertThrows(IllegalArgumentException.class,
                () -> train(refused, PlanListener.NONE, out, false)).getMessage();
        assertEquals("augmentation padding=28 is too much for images of 28 x 28: choose less than the shorter side",
                message);
        assertFalse(Files.exists(out));
    }

    @Test
    void shouldBeginWithTheWeightsOfAFile() throws IOException {
        train(settings(), PlanListener.NONE, folder.resolve("first"), false);
        Path weights = run("first").resolve("checkpoint/weights.safetensors");
        EpochMetrics last = train(from(weights), PlanListener.NONE, folder.resolve("second"), false).orElseThrow();
        double first = evaluation(folder.resolve("first"))
                .accuracy();
        assertTrue(last.testAccuracy() > first - 0.02, last.testAccuracy() + " after " + first);
        assertTrue(Files.readString(run("second").resolve("config.json")).contains("\"initial_weights\" : \""));
        Path damaged = folder.resolve("damaged.safetensors");
        Files.write(damaged, Arrays.copyOf(Files.readAllBytes(weights), 5000));
        assertThrows(IOException.class,
                () -> train(from(damaged), PlanListener.NONE, folder.resolve("third"), false));
        assertFalse(Files.exists(folder.resolve("third")));
    }

    /** Networks in PyTorch's DataParallel, and compiled ones, save names that all begin alike. */
    @Test
    void shouldLeaveOutAPrefixOfAllWeightsAndSayIt() throws IOException {
        train(settings(), PlanListener.NONE, folder.resolve("first"), false);
        Map<String, NamedArray> weights = Safetensors
                .read(run("first").resolve("checkpoint/weights.safetensors")).arrays();
        Path plain = folder.resolve("plain.safetensors");
        new Safetensors(weights, Map.of()).write(plain);
        Path wrapped = folder.resolve("wrapped.safetensors");
        new Safetensors(NamedArray.byName(weights.values().stream()
                .map(array -> NamedArray.of("module." + array.name(), array.shape(), array.floats())).toList()),
                Map.of())
                .write(wrapped);
        List<String> noticed = new ArrayList<>();
        PlanListener listener = new PlanListener() {
            @Override
            public RunListener runStarted(RunNotice run) {
                return PlanListener.NONE.runStarted(run);
            }

            @Override
            public void noticed(String sentence) {
                noticed.add(sentence);
            }
        };
        assertEquals(train(from(plain), listener, folder.resolve("second"), false).orElseThrow().testAccuracy(),
                train(from(wrapped), listener, folder.resolve("third"), false).orElseThrow().testAccuracy());
        assertEquals(List.of("weights " + wrapped + ": 'module.' at the beginning of all names is left out"),
                noticed.stream().filter(sentence -> sentence.startsWith("weights")).toList());
    }

    @Test
    void shouldSayHowToConvertWhatPyTorchSaves() throws IOException {
        for (byte[] first : new byte[][]{{'P', 'K', 3, 4, 0}, {(byte) 0x80, 2, (byte) 0x8a}}) {
            Path file = Files.write(folder.resolve("net.v1.pt"), first);
            String message = assertThrows(RunException.class, () -> InitialWeights.Saved.of(file)).getMessage();
            assertTrue(message.startsWith("weights " + file + " are a file of torch.save, which is not read, since it "
                    + "may run code: convert it with python3 -c \"import torch; "), message);
            assertTrue(message.endsWith("'" + folder.resolve("net.v1.safetensors") + "')\""), message);
        }
    }

    @Test
    void shouldTrainAndResumeInBFloat16() throws IOException {
        try (Backend backend = Backends.open("cpu", 2)) {
            assumeTrue(backend.info().activationTypes().contains(DType.BF16), "the processor has no bfloat16");
        }
        RunSettings settings = RunSettings.of(digits.toString(), "mnist-cnn", TRAINING).on("cpu", 2)
                .with(Arithmetic.parse("bf16", "auto"));
        train(settings, PlanListener.NONE, folder.resolve("halves"), false);
        assertThrows(StopAfter.Stopped.class,
                () -> train(settings, new StopAfter(1, false), folder.resolve("resumed"), false));
        EpochMetrics last = train(settings, PlanListener.NONE, folder.resolve("resumed"), true)
                .orElseThrow();
        assertTrue(Files.readString(run("halves").resolve("config.json")).contains("\"dtype\" : \"bf16\""));
        for (String file : new String[]{"history.lethe", "checkpoint/weights.safetensors"}) {
            assertArrayEquals(bytes(run("halves").resolve(file)), bytes(run("resumed").resolve(file)), file);
        }
        assertEquals(last.testAccuracy(),
                evaluation(folder.resolve("halves"))
                        .accuracy());
        assertEquals(last.testAccuracy(),
                RunEvaluation.of(folder.resolve("halves")).withActivations(DType.F32).test("cpu", 2)
                        .accuracy(),
                0.01);
    }

    /** A data set of noise, 16 x 16. */
    private Path idxFolder(int train, int test) throws IOException {
        Path idx = Files.createDirectory(folder.resolve("idx"));
        Random random = new Random(4);
        for (String part : new String[]{"train", "t10k"}) {
            int examples = part.equals("train") ? train : test;
            byte[] pixels = new byte[examples * 256];
            random.nextBytes(pixels);
            byte[] labels = new byte[examples];
            for (int i = 0; i < examples; i++) {
                labels[i] = (byte) (i % 10);
            }
            writeIdx(idx, part, new IdxFile(pixels, labels, 16));
        }
        return idx;
    }

    /** A run goes on with the algorithms that it began with, also where others have become faster. */
    @Test
    void shouldResumeWithTheConvolutionsOfItsBeginning() throws IOException {
        String data = idxFolder(192, 64).toString();
        RunSettings settings = RunSettings.of(data, "resnet20",
                TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(3).withEpochs(2).withBatch(64)
                        .withLearningRate(0.01f))
                .on("cpu", 2).with(Arithmetic.parse("f32", "auto"));
        String before = System.setProperty("lethe.cache", folder.resolve("cache").toString());
        try {
            train(settings, PlanListener.NONE, folder.resolve("whole"), false);
            assertThrows(StopAfter.Stopped.class,
                    () -> train(settings, new StopAfter(1, false), folder.resolve("resumed"), false));
            Path timings = ConvolutionTimings.defaultFile();
            String swapped = Files.readString(timings).replaceAll("direct (\\S+)\twinograd4 (\\S+)",
                    "direct $2\twinograd4 $1");
            assertNotEquals(swapped, Files.readString(timings));
            Files.writeString(timings, swapped);
            train(settings, PlanListener.NONE, folder.resolve("resumed"), true);
        } finally {
            System.setProperty("lethe.cache", before);
        }
        for (String file : new String[]{"config.json", "history.lethe", "checkpoint/weights.safetensors"}) {
            assertArrayEquals(bytes(run("whole").resolve(file)), bytes(run("resumed").resolve(file)), file);
        }
        assertTrue(Double.isFinite(evaluation(folder.resolve("whole")).loss()));
    }

    @Test
    void shouldLeaveARunOfAnotherConfigurationAsItIs() throws IOException {
        Path out = folder.resolve("other");
        assertThrows(StopAfter.Stopped.class,
                () -> train(settings(), new StopAfter(1, false), out, false));
        Path config = run("other").resolve("config.json");
        String altered = Files.readString(config).replace("\"kernels\" : \"Lethe's own", "\"kernels\" : \"Nobody's");
        Files.writeString(config, altered);
        String message = assertThrows(RunException.class,
                () -> train(settings(), PlanListener.NONE, out, true)).getMessage();
        assertTrue(message.startsWith(run("other") + " holds another run, with kernels=Nobody's, batch last where this "
                + "one has kernels=Lethe's own, batch last"), message);
        assertEquals(altered, Files.readString(config));
    }

    @Test
    void shouldSayThatThereIsNoRun() {
        assertTrue(assertThrows(RunException.class,
                () -> evaluation(folder))
                .getMessage()
                .contains("holds no run: name what lethe train wrote"));
    }
}
