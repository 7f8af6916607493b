package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardedDeviceTest {
    private static final int ELEMENTS = 5;
    private static final long BYTES = ELEMENTS * Float.BYTES;

    private final GuardedDevice device = new GuardedDevice(GuardedDevice.NAN);
    private final ArenaPlanner.Layout layout = layout();
    private final long block = device.allocate(layout.bytes());

    /** Places a tensor from operation 0 to 1, the next from 1 to 2, and the last, which a caller reads, from 2 to 3. */
    private ArenaPlanner.Layout layout() {
        ArenaPlanner planner = new ArenaPlanner(Device.ALIGNMENT, device.guardBytes());
        List<String> names = List.of("first", "second", "third");
        for (int i = 0; i < names.size(); i++) {
            planner.use(names.get(i), BYTES, i);
            planner.use(names.get(i), BYTES, i + 1);
        }
        return planner.plan();
    }

    @AfterEach
    void close() {
        device.free(block);
        device.close();
    }

    private MemorySegment element(String tensor, int index) {
        return HostDevice.at(block + layout.offset(tensor) + (long) index * Float.BYTES, Float.BYTES);
    }

    private DeviceCall copy(String from, int index, String to) {
        return () -> element(to, 0).copyFrom(element(from, index));
    }

    private DeviceCall write(String tensor, int index) {
        return () -> element(tensor, index).set(JAVA_FLOAT, 0, 1);
    }

    private Recording recording(DeviceCall... operations) {
        List<DeviceCall> calls = new ArrayList<>();
        for (int i = 0; i < operations.length; i++) {
            int operation = i;
            calls.add(new LayerCall(operations[i], operation, "layer" + operation));
        }
        device.watch(calls, block, layout);
        return device.record(calls);
    }

    private float third() {
        return element("third", 0).get(JAVA_FLOAT, 0);
    }

    @Test
    void shouldLeaveTensorsThatLiveAlone() {
        Recording recording = recording(write("first", 0), copy("first", 0, "second"), copy("second", 0, "third"),
                write("third", ELEMENTS - 1));
        recording.run();
        recording.run();
        assertEquals(1, third());
        assertEquals(2, device.watchedRuns());
    }

    @ParameterizedTest
    @CsvSource({"1, second, 5, 0 bytes behind the end of second", "1, second, 64, 236 bytes behind the end of second",
            "1, second, -1, 1256 bytes behind the end of first", "1, first, -1, 4 bytes before first",
            "0, second, 0, 1260 bytes behind the end of first", "3, second, 0, 1260 bytes behind the end of third"})
    void shouldNameTheCallThatWritesToMemoryOfNoTensor(int operation, String tensor, int index, String place) {
        DeviceCall[] operations = {write("first", 0), write("second", 0), write("third", 0), write("third", 1)};
        operations[operation] = write(tensor, index);
        String message = assertThrows(AssertionError.class, recording(operations)::run).getMessage();
        assertTrue(message.startsWith("layer" + operation + ", "), message);
        assertTrue(message.endsWith("changed memory of no tensor, " + place), message);
    }

    @Test
    void shouldSpoilWhatIsReadBehindATensor() {
        recording(write("first", 0), copy("first", ELEMENTS, "second"), copy("second", 0, "third")).run();
        assertTrue(Float.isNaN(third()));
    }

    @Test
    void shouldSpoilATensorBeforeItIsWritten() {
        Recording recording = recording(write("first", 0), copy("first", 0, "second"), copy("third", 1, "third"),
                write("third", 1));
        recording.run();
        recording.run();
        assertTrue(Float.isNaN(third()), "the second run does not see the first");
    }

    @Test
    void shouldSpoilATensorAfterItsLastOperation() {
        recording(write("first", 0), copy("first", 0, "second"), write("third", 0), copy("second", 0, "third")).run();
        assertTrue(Float.isNaN(third()));
    }

    @Test
    void shouldKeepATensorThatTheCallerWrote() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(BYTES).fill((byte) 0);
            values.set(JAVA_FLOAT, 0, 7);
            device.upload(values, block + layout.offset("first"));
        }
        recording(write("first", 1), copy("first", 0, "second"), copy("second", 0, "third")).run();
        assertEquals(7, third());
    }

    @Test
    void shouldRefuseCopiesBeyondABlock() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(layout.bytes());
            device.upload(values, block);
            assertThrows(AssertionError.class, () -> device.upload(values, block + 1));
            assertThrows(AssertionError.class, () -> device.download(block + 1, values));
            assertThrows(AssertionError.class, () -> device.clear(block + layout.bytes(), 1));
            assertThrows(AssertionError.class, () -> device.store(block - Integer.BYTES, 1));
        }
    }

    private static Tensor tensor(String name, Role role, int... dims) {
        return new Tensor(name, role, DType.F32, Shape.of(dims));
    }

    /** Runs an operation with a kernel that writes one element too many of the tensor whose address it is given. */
    private static String tooFar(String broken, int offset, int elements, Op operation) {
        assumeTrue(HostDevice.available(), "no C++ compiler for the host");
        GuardedDevice device = new GuardedDevice(GuardedDevice.LARGE) {
            @Override
            public void launch(String kernel, Grid grid, MemorySegment arguments) {
                super.launch(kernel, grid, arguments);
                if (kernel.equals(broken)) {
                    at(arguments.get(JAVA_LONG, offset) + (long) elements * Float.BYTES, 1).fill((byte) 0);
                }
            }
        };
        try (GuardedHost host = new GuardedHost(device)) {
            OpRunner runner = new OpRunner(2, operation).randomInputs(1);
            return assertThrows(AssertionError.class, () -> runner.on(host, 0)).getMessage();
        }
    }

    @Test
    void shouldWatchActivationsOfPrograms() {
        String message = tooFar("relu_f32", 2 * Long.BYTES, 6, new PointwiseOp.ReluForward(
                tensor("x", Role.ACTIVATION, 2, 3), tensor("y", Role.ACTIVATION, 2, 3)));
        assertTrue(message.startsWith("y, kernel relu_f32 of"), message);
        assertTrue(message.contains("0 bytes behind the end of y F32(2, 3)"), message);
    }

    @Test
    void shouldWatchGradientsOfPrograms() {
        String message = tooFar("column_sums_f32", 3 * Long.BYTES, 3, new ConvolutionOp.BackwardBias(
                tensor("g", Role.ACTIVATION, 2, 4, 4, 3), tensor("b", Role.GRADIENT, 3)));
        assertTrue(message.startsWith("b, kernel column_sums_f32 of"), message);
        assertTrue(message.contains("0 bytes behind the end of b F32(3)"), message);
    }
}
