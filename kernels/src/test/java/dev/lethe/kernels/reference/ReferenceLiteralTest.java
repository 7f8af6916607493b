package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.Augmentation.Border;
import dev.lethe.kernels.op.Augmentation.View;
import dev.lethe.kernels.op.Dropout;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference's operations that draw numbers or keep sums, against what their definitions say, step by step. */
class ReferenceLiteralTest {
    private static final int EXAMPLES = 6;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 7;
    private static final int CHANNELS = 2;
    private static final int EPOCH = 4;
    private static final long SEED = 11;

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void close() {
        backend.close();
    }

    private ReferenceProgram compile(int batch, Op... ops) {
        return backend.compile(new ProgramSpec(List.of(new PlanSpec("plan", batch, List.of(ops)))));
    }

    private static MemorySegment ints(int... values) {
        return MemorySegment.ofArray(values);
    }

    /** Makes a view by whole images: the image with its border, cut out, mirrored, covered. */
    private static int[][][] viewed(int[][][] image, View view, int padding, Border border, int cutout,
            int[] covering) {
        int[][][] padded = new int[HEIGHT + 2 * padding][WIDTH + 2 * padding][CHANNELS];
        for (int row = 0; row < padded.length; row++) {
            for (int column = 0; column < padded[row].length; column++) {
                int fromRow = border == Border.REFLECT ? bounced(row - padding, HEIGHT) : row - padding;
                int fromColumn = border == Border.REFLECT ? bounced(column - padding, WIDTH) : column - padding;
                if (fromRow >= 0 && fromRow < HEIGHT && fromColumn >= 0 && fromColumn < WIDTH) {
                    padded[row][column] = image[fromRow][fromColumn];
                }
            }
        }
        int[][][] result = new int[HEIGHT][WIDTH][];
        for (int row = 0; row < HEIGHT; row++) {
            result[row] = Arrays.copyOfRange(padded[row + padding + view.down()], padding + view.right(),
                    padding + view.right() + WIDTH);
            if (view.mirrored()) {
                result[row] = List.of(result[row]).reversed().toArray(int[][]::new);
            }
            for (int column = 0; column < WIDTH; column++) {
                int down = row - view.coverTop();
                int right = column - view.coverLeft();
                if (down >= 0 && down < cutout && right >= 0 && right < cutout) {
                    result[row][column] = covering;
                }
            }
        }
        return result;
    }

    /** Walks from 0 and turns at both ends of the image. */
    private static int bounced(int steps, int size) {
        int at = 0;
        int direction = 1;
        for (int i = 0; i < Math.abs(steps); i++) {
            if (at + direction < 0 || at + direction >= size) {
                direction = -direction;
            }
            at += direction;
        }
        return at;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "crop:3+flip", "reflect:2+flip:always", "crop:2:down-right", "reflect:3:up-left",
            "flip:alternating+cutout:4", "reflect:4+flip+cutout:3"})
    void shouldShowTheViewOfEachExample(String text) {
        Augmentation augmentation = Augmentation.parse(text);
        Random random = new Random(SEED);
        byte[] pixels = new byte[EXAMPLES * HEIGHT * WIDTH * CHANNELS];
        random.nextBytes(pixels);
        Normalization normalization = new Normalization(List.of(0.25f, 0.5f), List.of(0.5f, 2f));
        Tensor images = new Tensor("images", Role.DATA, DType.U8, Shape.of(EXAMPLES, HEIGHT, WIDTH, CHANNELS));
        Tensor order = new Tensor("order", Role.DATA, DType.S32, Shape.of(EXAMPLES));
        Tensor epoch = new Tensor("epoch", Role.DATA, DType.S32, Shape.of(1));
        Tensor output = new Tensor("output", Role.ACTIVATION, DType.F32, Shape.of(2, HEIGHT, WIDTH, CHANNELS));
        ReferenceProgram program = compile(2, new GatherImages(images, order, normalization,
                Optional.of(new GatherImages.Views(augmentation, SEED, epoch)), output));
        int[] shuffled = {3, 1, 5, 0, 4, 2};
        program.bind(images, MemorySegment.ofArray(pixels));
        program.bind(order, ints(shuffled));
        program.bind(epoch, ints(EPOCH));
        for (int position = 0; position < EXAMPLES; position += 2) {
            program.plan("plan").run(position, 0);
            double[] actual = program.values(output);
            for (int n = 0; n < 2; n++) {
                int example = shuffled[position + n];
                int[][][] expected = viewed(image(MemorySegment.ofArray(pixels), example),
                        augmentation.view(SEED, EPOCH, example, HEIGHT, WIDTH), augmentation.padding(),
                        augmentation.border(), augmentation.cutout(), new int[]{64, 128});
                int at = n * HEIGHT * WIDTH * CHANNELS;
                for (int[][] row : expected) {
                    for (int[] pixel : row) {
                        assertEquals((pixel[0] / 255.0 - 0.25) / 0.5, actual[at++], 1e-12, "example " + example);
                        assertEquals((pixel[1] / 255.0 - 0.5) / 2, actual[at++], 1e-12, "example " + example);
                    }
                }
            }
        }
    }

    private static int[][][] image(MemorySegment pixels, int example) {
        int[][][] image = new int[HEIGHT][WIDTH][CHANNELS];
        long at = (long) example * HEIGHT * WIDTH * CHANNELS;
        for (int[][] row : image) {
            for (int[] pixel : row) {
                for (int c = 0; c < CHANNELS; c++) {
                    pixel[c] = pixels.get(JAVA_BYTE, at++) & 0xFF;
                }
            }
        }
        return image;
    }

    @Test
    void shouldDropElementsOfExamplesAndScaleTheOthers() {
        int elements = 1000;
        Dropout dropout = new Dropout(0.25f, SEED, 3);
        Tensor order = new Tensor("order", Role.DATA, DType.S32, Shape.of(4));
        Tensor epoch = new Tensor("epoch", Role.DATA, DType.S32, Shape.of(1));
        Tensor x = new Tensor("x", Role.ACTIVATION, DType.F32, Shape.of(2, elements));
        Tensor y = new Tensor("y", Role.ACTIVATION, DType.F32, x.shape());
        ReferenceProgram program = compile(2, new PointwiseOp.Drop(dropout, order, epoch, x, y));
        program.bind(order, ints(9, 8, 7, 6));
        program.bind(epoch, ints(EPOCH));
        Arrays.setAll(program.values(x), i -> i + 1);
        program.plan("plan").run(2, 0);
        double[] actual = program.values(y).clone();
        int kept = 0;
        for (int i = 0; i < actual.length; i++) {
            boolean keeps = dropout.keeps(dropout.key(EPOCH, i < elements ? 7 : 6), i % elements);
            assertEquals(keeps ? (i + 1) / 0.75 : 0, actual[i], 1e-9, "element " + i);
            kept += keeps ? 1 : 0;
        }
        assertEquals(0.75, kept / (2.0 * elements), 0.05);
        program.plan("plan").run(0, 0);
        assertTrue(!Arrays.equals(actual, program.values(y)), "other examples drop other elements");
    }

    @Test
    void shouldAddUpGradientsUntilTheSumIsCleared() {
        OptimizerOp.Slot slot = new OptimizerOp.Slot(new Tensor("p", Role.PARAMETER, DType.F32, Shape.of(2)),
                new Tensor("g", Role.GRADIENT, DType.F32, Shape.of(2)), ParameterGroup.DEFAULT);
        ReferenceProgram program = backend.compile(new ProgramSpec(
                List.of(new PlanSpec("add", 1, List.of(new OptimizerOp.Accumulate(List.of(slot)))),
                        new PlanSpec("clear", 1, List.of(new OptimizerOp.Clear(List.of(slot)))))));
        double[] sum = program.values(slot.summed().gradient());
        program.write(slot.gradient(), new float[]{1, -2});
        program.plan("add").run(0, 0);
        program.write(slot.gradient(), new float[]{0.5f, 4});
        program.plan("add").run(0, 0);
        assertArrayEquals(new double[]{1.5, 2}, sum);
        assertArrayEquals(new double[]{0.5, 4}, program.values(slot.gradient()), "the gradient itself stays");
        program.plan("clear").run(0, 0);
        assertArrayEquals(new double[]{0, 0}, sum);
    }

    @Test
    void shouldSwapValuesAndAverages() {
        OptimizerOp.Averaged averaged = OptimizerOp.Averaged
                .of(new Tensor("p", Role.PARAMETER, DType.F32, Shape.of(3)));
        ReferenceProgram program = compile(1, new OptimizerOp.Swap(List.of(averaged)));
        program.write(averaged.value(), new float[]{1, 2, 3});
        program.write(averaged.average(), new float[]{-1, -2, -3});
        program.plan("plan").run(0, 0);
        assertArrayEquals(new float[]{-1, -2, -3}, program.read(averaged.value()));
        assertArrayEquals(new float[]{1, 2, 3}, program.read(averaged.average()));
    }

    @Test
    void shouldRoundWhatAnOperationWritesAsBFloat16() {
        Tensor x = new Tensor("x", Role.ACTIVATION, DType.BF16, Shape.of(1, 3));
        Tensor y = new Tensor("y", Role.ACTIVATION, DType.BF16, Shape.of(1, 3));
        ReferenceProgram program = compile(1, new PointwiseOp.Scale(x, 1 + 0x1p-9f, y));
        program.write(x, new float[]{1, 1.5f, 1 + 0x1p-7f});
        program.plan("plan").run(0, 0);
        // a step is 2^-7 from 1 on: the first two lie below half a step, the third above a whole one
        assertArrayEquals(new float[]{1, 1.5f, 1 + 0x1p-7f}, program.read(y));
        program.write(x, new float[]{1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1p-8f + 0x1p-20f});
        assertArrayEquals(new float[]{1, 1 + 0x1p-6f, 1 + 0x1p-7f}, program.read(x), "ties to even");
    }
}
