package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The choice of images that stay on a device, and the sending of the others when they are needed. */
@Tag("slow")
class ImageTablesTest {
    private static final int EXAMPLES = 10;
    private static final long BYTES = EXAMPLES * 4;

    private final Tensor train = images("train");
    private final Tensor test = images("test");
    private final Tensor order = new Tensor("order", Role.DATA, DType.S32, Shape.of(EXAMPLES));

    @BeforeAll
    static void requireCompiler() {
        assumeTrue(HostDevice.available(), "no C++ compiler for the host");
    }

    private static Tensor images(String name) {
        return new Tensor(name, Role.DATA, DType.U8, Shape.of(EXAMPLES, 2, 2, 1));
    }

    private PlanSpec plan(String name, int batch, Tensor... images) {
        return new PlanSpec(name, batch, List.of(images).stream().map(table -> (Op) new GatherImages(
                table, order, Normalization.gray(0, 1), Optional.empty(), output(name, batch, table))).toList());
    }

    private static Tensor output(String plan, int batch, Tensor images) {
        return new Tensor(plan + "." + images.name(), Role.ACTIVATION, DType.F32, Shape.of(batch, 2, 2, 1));
    }

    /** Returns pixels that tell the example: 10 times its number, and 1, 2 or 3 more. */
    private static byte[] pixels(int more) {
        byte[] pixels = new byte[(int) BYTES];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 4 * 10 + more);
        }
        return pixels;
    }

    /** Returns the number of batches that were sent with a given room. */
    private int sent(long room) {
        HostDevice device = new HostDevice();
        gatherAll(device, HostDevice.FREE_MEMORY - room);
        return device.staged();
    }

    /** Runs plans of several sizes over both tables; closes the device. */
    void gatherAll(Device device, long reserve) {
        PlanSpec both = plan("both", 2, train, test);
        PlanSpec large = plan("large", 4, train);
        try (CudaBackend backend = new CudaBackend(device, reserve);
                CudaProgram program = backend.compile(new ProgramSpec(List.of(both, large)))) {
            program.bind(train, MemorySegment.ofArray(pixels(1)));
            program.bind(test, MemorySegment.ofArray(pixels(2)));
            program.bind(order, MemorySegment.ofArray(new int[]{9, 3, 1, 0, 2, 8, 7, 5, 4, 6}));
            program.plan("large").run(0, 0);
            assertGathered(program, output("large", 4, train), 91, 31, 11, 1);
            program.plan("both").run(8, 1);
            assertGathered(program, output("both", 2, train), 41, 61);
            assertGathered(program, output("both", 2, test), 42, 62);
            program.plan("large").run(6, 2);
            assertGathered(program, output("large", 4, train), 71, 51, 41, 61);
            program.bind(train, MemorySegment.ofArray(pixels(3)));
            program.plan("large").run(1, 3);
            assertGathered(program, output("large", 4, train), 33, 13, 3, 23);
        }
    }

    private static void assertGathered(CudaProgram program, Tensor output, int... firstPixels) {
        float[] values = program.read(output);
        int[] first = new int[firstPixels.length];
        for (int i = 0; i < first.length; i++) {
            first[i] = Math.round(values[4 * i] * 255);
        }
        assertArrayEquals(firstPixels, first, output.name());
    }

    @Test
    void shouldKeepImagesOnADeviceThatHasRoomForThem() {
        assertEquals(0, sent(2 * BYTES));
        assertEquals(0, sent(BYTES));
    }

    @Test
    void shouldSendImagesBatchByBatchToADeviceThatHasNot() {
        assertEquals(5, sent(BYTES - 1), "four batches of one table, one of the other");
        assertEquals(5, sent(0));
    }

    @Test
    void shouldGatherTheSameWhereTheHostIsAhead() {
        float[] resident = margins(new HostDevice(), 0, 5, 4, 12);
        assertArrayEquals(resident, margins(new HostDevice(), Long.MAX_VALUE, 5, 4, 12));
    }

    /** Returns the margins of many batches, none of which is waited for; closes the device. */
    static float[] margins(Device device, long reserve, int side, int batch, int batches) {
        int presentations = batch * batches;
        int examples = 3 * batch;
        Tensor images = new Tensor("images", Role.DATA, DType.U8, Shape.of(examples, side, side, 3));
        Tensor labels = new Tensor("labels", Role.DATA, DType.S32, Shape.of(examples));
        Tensor order = new Tensor("order", Role.DATA, DType.S32, Shape.of(presentations));
        Tensor weights = new Tensor("weights", Role.PARAMETER, DType.F32, Shape.of(10, 3));
        Predictions predictions = Predictions.rows("p", presentations);
        PlanSpec plan = new PlanSpec("judge", batch, judge(images, labels, order, weights, predictions, batch));
        Random random = new Random(side);
        byte[] pixels = new byte[Math.toIntExact(images.bytes())];
        random.nextBytes(pixels);
        float[] values = new float[30];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        try (CudaBackend backend = new CudaBackend(device, reserve);
                CudaProgram program = backend.compile(new ProgramSpec(List.of(plan)))) {
            program.bind(images, MemorySegment.ofArray(pixels));
            program.bind(labels, MemorySegment.ofArray(random.ints(examples, 0, 10).toArray()));
            program.bind(order, MemorySegment.ofArray(random.ints(presentations, 0, examples).toArray()));
            float[] margins = new float[presentations];
            predictions.columns().forEach(column -> program.bind(column, MemorySegment.ofArray(
                    column.equals(predictions.margin()) ? margins : new float[presentations])));
            program.write(weights, values);
            for (int i = 0; i < batches; i++) {
                program.plan("judge").run(i * batch, i);
            }
            program.download(predictions.margin());
            return margins;
        }
    }

    /** Returns enough work on each batch for copies to run ahead of it. */
    private static List<Op> judge(Tensor images, Tensor labels, Tensor order, Tensor weights, Predictions predictions,
            int batch) {
        Shape shape = images.shape().withFirst(batch);
        Tensor input = new Tensor("input", Role.ACTIVATION, DType.F32, shape);
        List<Op> ops = new ArrayList<>();
        ops.add(new GatherImages(images, order, new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.2f, 0.2f, 0.2f)),
                Optional.empty(), input));
        for (int i = 0; i < 16; i++) {
            Tensor output = new Tensor("layer" + i, Role.ACTIVATION, DType.F32, shape);
            ops.add(new PointwiseOp.GeluForward(input, output));
            input = output;
        }
        Tensor means = new Tensor("means", Role.ACTIVATION, DType.F32, Shape.of(batch, 3));
        Tensor logits = new Tensor("logits", Role.ACTIVATION, DType.F32, Shape.of(batch, 10));
        ops.add(new PoolOp.GlobalAverageForward(input, means));
        ops.add(new LinearOp.Forward(means, weights, Optional.empty(), Activation.IDENTITY, logits));
        ops.add(new SoftmaxCrossEntropy(logits, labels, order, predictions, 0, Optional.empty()));
        return ops;
    }
}
