package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.DType;
import dev.lethe.kernels.GatherImages;
import dev.lethe.kernels.Normalization;
import dev.lethe.kernels.Op;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which images stay on a device, and that those that do not come when they are needed. */
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

    /** Pixels that tell the example: 10 times its number, and 1, 2 or 3 more. */
    private static byte[] pixels(int more) {
        byte[] pixels = new byte[(int) BYTES];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 4 * 10 + more);
        }
        return pixels;
    }

    /** Returns how many batches were sent where there is so much room. */
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
}
