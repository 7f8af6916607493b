package dev.lethe.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.Agreement;
import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.simd.batchlast.BatchLastGather;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of bytes as normalised activations, whole or as views. */
class GatherPassesTest extends PassTest {
    private static final int EXAMPLES = 40;
    private static final int FIRST = 2; // presentation

    private MemorySegment images;
    private MemorySegment order;
    private Normalization normalization;
    private Tensor output;

    private void prepare(DType type, int batch, int side, int channels, Optional<Augmentation> augmentation) {
        byte[] pixels = new byte[EXAMPLES * side * side * channels];
        new Random(side).nextBytes(pixels);
        int[] examples = new Random(9).ints(FIRST + batch, 0, EXAMPLES).toArray();
        normalization = channels == 1
                ? Normalization.gray(0.1307f, 0.3081f)
                : new Normalization(IntStream.range(0, channels).mapToObj(c -> 0.4f + 0.05f * c).toList(),
                        IntStream.range(0, channels).mapToObj(c -> 0.2f + 0.05f * c).toList());
        Tensor data = new Tensor("images", Role.DATA, DType.U8, Shape.of(EXAMPLES, side, side, channels));
        Tensor presented = new Tensor("order", Role.DATA, DType.S32, Shape.of(FIRST + batch));
        Tensor epoch = new Tensor("epoch", Role.DATA, DType.S32, Shape.of(1));
        output = activation("output", type, batch, side, side, channels);
        reference(new OpRunner(batch, new GatherImages(data, presented, normalization,
                augmentation.map(views -> new GatherImages.Views(views, 5, epoch)), output))
                .bind(data, MemorySegment.ofArray(pixels)).bindInts(presented, examples).bindInts(epoch, 3), FIRST);
        images = poisoned(pixels.length);
        MemorySegment.copy(pixels, 0, images, JAVA_BYTE, 0, pixels.length);
        order = poisoned(4L * examples.length);
        MemorySegment.copy(examples, 0, order, JAVA_INT, 0, examples.length);
    }

    @ParameterizedTest
    @CsvSource({"F32,1,1,1", "F32,3,5,3", "F32,4,28,1", "F32,2,7,2", "BF16,3,5,3", "BF16,2,16,1"})
    void shouldNormaliseImages(DType type, int batch, int side, int channels) {
        prepare(type, batch, side, channels, Optional.empty());
        new GatherPass(normalization, side * side * channels, type).run(images, order, FIRST, batch, memory(),
                at(output));
        assertAgrees(4, output);
    }

    @ParameterizedTest
    @CsvSource({"crop:4+flip+cutout:16,32,3", "reflect:2+flip:alternating,9,3", "flip:always,5,1", "cutout:3,4,3"})
    void shouldMakeViewsOfImages(String augmentation, int side, int channels) {
        Augmentation views = Augmentation.parse(augmentation);
        prepare(DType.F32, 6, side, channels, Optional.of(views));
        ImageViews made = new ImageViews(views, 5, normalization, output.shape(), 6);
        made.run(images, order, FIRST, 6, 3);
        new GatherPass(normalization, side * side * channels, DType.F32).run(made.images(), made.order(), 0, 6,
                memory(), at(output));
        assertAgrees(4, output);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "5,9,3", "33,8,1"})
    void shouldNormaliseImagesIntoLanes(int batch, int side, int channels) {
        prepare(DType.F32, batch, side, channels, Optional.empty());
        int pixels = side * side * channels;
        MemorySegment blocks = poisoned(BatchBlock.bytes(pixels, batch));
        new BatchLastGather(normalization, pixels).run(images, order, FIRST, batch, blocks, 0);
        float[] actual = new float[batch * pixels];
        for (int n = 0; n < BatchBlock.count(batch) * BatchBlock.EXAMPLES; n++) {
            for (int i = 0; i < pixels; i++) {
                float value = blocks.get(JAVA_FLOAT, ((long) n / BatchBlock.EXAMPLES * pixels + i) * BatchBlock.ELEMENT
                        + n % BatchBlock.EXAMPLES * Floats.BYTES);
                if (n < batch) {
                    actual[n * pixels + i] = value;
                } else {
                    assertEquals(0, value, "a lane without an example");
                }
            }
        }
        Agreement.assertAgree("output", expected(output), actual, 4, DType.F32);
    }
}
