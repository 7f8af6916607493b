package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.SoftmaxCrossEntropy;
import dev.lethe.kernels.Tensor;
import dev.lethe.model.Feed;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirroredEvaluationTest {
    private static final int BATCH = 20;

    private static Tensor logits(PlanSpec plan) {
        return ((SoftmaxCrossEntropy) plan.ops().getLast()).logits();
    }

    private static MemorySegment mirrored(ImageSet images) {
        MemorySegment pixels = Arena.ofAuto().allocate(images.pixels().byteSize());
        for (long row = 0; row < pixels.byteSize(); row += images.width()) {
            for (int x = 0; x < images.width(); x++) {
                pixels.set(ValueLayout.JAVA_BYTE, row + x,
                        images.pixels().get(ValueLayout.JAVA_BYTE, row + images.width() - 1 - x));
            }
        }
        return pixels;
    }

    @ParameterizedTest
    @CsvSource({"mnist-cnn,vector,2", "mnist-cnn,onednn,2", "mnist-cnn,reference,1", "resnet20,cpu,3"})
    void shouldPredictByTheMeanOfBothLogits(String model, String backendName, int threads) {
        ImageSet images = SomeOfMnist.load().test();
        Network network = ModelZoo.create(model, 10);
        NetworkOps ops = new NetworkOps(network, Shape.of(1, 28, 28, 1));
        Feed feed = Feed.of("test", Shape.of(images.examples(), 28, 28, 1), SomeOfMnist.load().normalization());
        PlanSpec plain = ops.evaluation("plain", BATCH, feed);
        PlanSpec mean = ops.mirroredEvaluation("mirrored", BATCH, feed);
        try (Backend backend = Backends.open(backendName, threads);
                Program program = backend.compile(new ProgramSpec(List.of(plain, mean)))) {
            feed.predictions().columns()
                    .forEach(column -> program.bind(column, Arena.ofAuto().allocate(column.bytes(), 64)));
            program.bind(feed.labels(), images.labels());
            program.bind(feed.order(), MemorySegment.ofArray(IntStream.range(0, images.examples()).toArray()));
            program.bind(feed.mirrored().draws().orElseThrow().epoch(), MemorySegment.ofArray(new int[1]));
            ops.initialise(3, () -> {
                throw new AssertionError("no layer begins with what it finds in images");
            }, program::write);
            program.bind(feed.images(), mirrored(images));
            program.plan("plain").run(BATCH, 0);
            float[] ofMirrorImages = program.read(logits(plain));
            program.bind(feed.images(), images.pixels());
            program.plan("plain").run(BATCH, 0);
            float[] ofImages = program.read(logits(plain));
            program.plan("mirrored").run(BATCH, 0);
            float[] means = program.read(logits(mean));
            assertEquals(BATCH * 10, means.length);
            for (int i = 0; i < means.length; i++) {
                assertEquals((ofImages[i] + ofMirrorImages[i]) / 2, means[i], 1e-6, "logit " + i);
            }
        }
    }

    @Test
    void shouldChangeTheTestAndNotTheTraining() throws IOException {
        TrainingConfig config = TrainingConfig.mnist(1, 1);
        EpochMetrics plain = train(config);
        EpochMetrics mirrored = train(config.withTestViews(TestViews.MIRROR));
        assertEquals(plain.trainLoss(), mirrored.trainLoss());
        assertNotEquals(plain.testLoss(), mirrored.testLoss(), 1e-4);
    }

    private static EpochMetrics train(TrainingConfig config) throws IOException {
        DataSet data = SomeOfMnist.load();
        try (Backend backend = Backends.open("cpu", 2);
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), data, config)) {
            return trainer.trainEpoch(PredictionSink.NONE, TrainingListener.NONE);
        }
    }

    @Test
    void shouldNameTheChoices() {
        assertEquals("test views 'ten-crop': choose none or mirror",
                assertThrows(IllegalArgumentException.class, () -> TestViews.parse("ten-crop")).getMessage());
    }
}
