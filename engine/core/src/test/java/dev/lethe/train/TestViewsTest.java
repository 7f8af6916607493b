package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.InputPipeline;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestViewsTest {
    private static final int BATCH = 8;

    private static Tensor logits(PlanSpec plan) {
        return ((SoftmaxCrossEntropy) plan.ops().getLast()).logits();
    }

    /** Moves images of one channel, so that pixel (y, x) is the pixel (y + moved, x + moved), and mirrors them. */
    private static MemorySegment seen(ImageSet images, int moved, boolean mirrored) {
        int size = images.width();
        MemorySegment pixels = Arena.ofAuto().allocate(images.pixels().byteSize());
        for (long at = 0; at < pixels.byteSize(); at++) {
            long image = at / (size * size) * (size * size);
            int y = (int) (at / size % size);
            int x = (int) (at % size);
            int fromX = inside((mirrored ? size - 1 - x : x) + moved, size);
            pixels.set(ValueLayout.JAVA_BYTE, at, images.pixels().get(ValueLayout.JAVA_BYTE,
                    image + (long) inside(y + moved, size) * size + fromX));
        }
        return pixels;
    }

    private static ImageSet noise() {
        byte[] pixels = new byte[2 * BATCH * 28 * 28];
        new Random(BATCH).nextBytes(pixels);
        return ImageSet.of(pixels, new int[2 * BATCH], 28, 28, 1);
    }

    private static int inside(int index, int size) {
        return index == -1 ? 1 : index == size ? size - 2 : index;
    }

    /** The weights belong to the image and its mirror image, and to each of the four other views. */
    @ParameterizedTest
    @CsvSource({"MIRROR,mnist-cnn,vector,2,0.5,0", "MIRROR,mnist-cnn,onednn,2,0.5,0",
            "MIRROR,mnist-cnn,reference,1,0.5,0", "MIRROR,resnet20,cpu,3,0.5,0", "NONE,mnist-cnn,cpu,2,1,0",
            "MIRROR_SHIFT,mnist-cnn,vector,2,0.25,0.125", "MIRROR_SHIFT,mnist-cnn,onednn,1,0.25,0.125",
            "MIRROR_SHIFT,mnist-cnn,reference,1,0.25,0.125", "MIRROR_SHIFT,resnet20,cpu,2,0.25,0.125"})
    void shouldPredictByTheMeanOfTheLogits(TestViews views, String model, String backendName, int threads,
            float weight, float weightMoved) {
        ImageSet images = noise(); // also at its borders, unlike MNIST
        Network network = ModelZoo.create(model, 10);
        NetworkOps ops = new NetworkOps(network, Shape.of(1, 28, 28, 1));
        InputPipeline pipeline = InputPipeline.of("test", Shape.of(images.examples(), 28, 28, 1),
                SomeOfMnist.load().normalization());
        PlanSpec plain = ops.evaluation("plain", BATCH, pipeline);
        PlanSpec mean = ops.evaluation("mean", BATCH, pipeline, views.groups());
        try (Backend backend = Backends.open(backendName, threads);
                Program program = backend.compile(new ProgramSpec(List.of(plain, mean)))) {
            pipeline.predictions().columns()
                    .forEach(column -> program.bind(column, Arena.ofAuto().allocate(column.bytes(), 64)));
            program.bind(pipeline.labels(), images.labels());
            program.bind(pipeline.order(), MemorySegment.ofArray(IntStream.range(0, images.examples()).toArray()));
            views.all().flatMap(view -> pipeline.viewed(view).draws().stream()).distinct()
                    .forEach(draws -> program.bind(draws.epoch(), MemorySegment.ofArray(new int[1])));
            ops.initialise(3, () -> {
                throw new AssertionError("no layer begins with what it finds in images");
            }, program::write);
            float[] expected = new float[BATCH * 10];
            for (int moved : new int[]{0, 1, -1}) {
                for (boolean mirrored : new boolean[]{false, true}) {
                    program.bind(pipeline.images(), seen(images, moved, mirrored));
                    program.plan("plain").run(BATCH, 0);
                    float[] logits = program.read(logits(plain));
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] += (moved != 0 ? weightMoved : mirrored && views == TestViews.NONE ? 0 : weight)
                                * logits[i];
                    }
                }
            }
            program.bind(pipeline.images(), images.pixels());
            program.plan("mean").run(BATCH, 0);
            assertArrayEquals(expected, program.read(logits(mean)), 2e-6f);
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
            return trainer.trainEpoch(TrainingListener.NONE);
        }
    }

    @Test
    void shouldNameTheChoices() {
        assertEquals("test views 'ten-crop': choose one of none, mirror, mirror+shift",
                assertThrows(IllegalArgumentException.class, () -> TestViews.parse("ten-crop")).getMessage());
    }
}
