package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Training step compared with PyTorch: from the same initial weights, with the same batches, 20 steps agree to 1e-4.
 * The numbers come from {@code src/test/fixtures/mnist_cnn.py}.
 */
class PyTorchFixtureTest {
    private static final int STEPS = 20;
    private static final int BATCH = 64;

    @ParameterizedTest
    @CsvSource({"cpu,2", "vector,1", "vector,3", "onednn,1", "onednn,2", "onednn,3"})
    void shouldTrainAsPyTorchDoes(String backendName, int threads) throws IOException {
        assertTrainsAsPyTorchDoes(backendName, threads);
    }

    /** The operations of the reference alone are held to NumPy in every build. */
    @Test
    @Tag("long")
    void shouldTrainTheReferenceAsPyTorchDoes() throws IOException {
        assertTrainsAsPyTorchDoes("reference", 1);
    }

    private static void assertTrainsAsPyTorchDoes(String backendName, int threads) throws IOException {
        DataSet data = DataSets.load("mnist");
        NetworkOps ops = new NetworkOps(ModelZoo.create("mnist-cnn", 10), Shape.of(1, 28, 28, 1));
        InputPipeline pipeline = InputPipeline.of("train", Shape.of(60_000, 28, 28, 1), data.normalization());
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        float[] losses = floats("losses");
        float[] norms = floats("norms");
        float[] gradients = floats("gradients");
        try (Arena arena = Arena.ofShared();
                Backend backend = Backends.open(backendName, threads);
                Program program = backend
                        .compile(new ProgramSpec(
                                List.of(ops.training("train", BATCH, pipeline, new Optimizer.Sgd(0.5f, false, 0),
                                        rates))))) {
            MemorySegment loss = bind(program, pipeline, rates, data, arena);
            write(program, ops, floats("initial"));
            for (int step = 0; step < STEPS; step++) {
                program.plan("train").run(step * BATCH, 0);
                program.download(pipeline.predictions().loss());
                FixtureNumbers.assertClose("loss of step " + step, losses[step],
                        FixtureNumbers.mean(loss, step * BATCH, BATCH));
                for (int i = 0; i < ops.slots().size(); i++) {
                    double expected = norms[step * ops.slots().size() + i];
                    FixtureNumbers.assertClose(
                            "gradient norm of " + ops.slots().get(i).parameter() + " at step " + step, expected,
                            FixtureNumbers.norm(program.read(ops.slots().get(i).gradient())));
                }
                if (step == 0) {
                    assertGradients(program, ops, Arrays.copyOfRange(gradients, 0, gradients.length / 2));
                }
            }
            assertGradients(program, ops, Arrays.copyOfRange(gradients, gradients.length / 2, gradients.length));
            assertParameters(program, ops, floats("final"));
        }
    }

    private static MemorySegment bind(Program program, InputPipeline pipeline, Tensor rates, DataSet data,
            Arena arena) {
        program.bind(pipeline.images(), data.train().pixels());
        program.bind(pipeline.labels(), data.train().labels());
        MemorySegment order = arena.allocate(pipeline.order().bytes(), 64);
        for (int i = 0; i < STEPS * BATCH; i++) {
            order.setAtIndex(ValueLayout.JAVA_INT, i, i);
        }
        program.bind(pipeline.order(), order);
        program.bind(rates, MemorySegment.ofArray(new float[]{0.01f}));
        pipeline.predictions().columns().forEach(column -> program.bind(column, arena.allocate(column.bytes(), 64)));
        MemorySegment loss = arena.allocate(pipeline.predictions().loss().bytes(), 64);
        program.bind(pipeline.predictions().loss(), loss);
        return loss;
    }

    private static void write(Program program, NetworkOps ops, float[] values) {
        int at = 0;
        for (OptimizerOp.Slot slot : ops.slots()) {
            int length = (int) slot.parameter().shape().elements();
            program.write(slot.parameter(), Arrays.copyOfRange(values, at, at + length));
            at += length;
        }
        assertEquals(values.length, at, "values in the fixture");
    }

    private static void assertGradients(Program program, NetworkOps ops, float[] expected) {
        int at = 0;
        for (OptimizerOp.Slot slot : ops.slots()) {
            at = assertTensor(slot.gradient(), expected, at, program.read(slot.gradient()));
        }
    }

    private static void assertParameters(Program program, NetworkOps ops, float[] expected) {
        int at = 0;
        for (OptimizerOp.Slot slot : ops.slots()) {
            at = assertTensor(slot.parameter(), expected, at, program.read(slot.parameter()));
        }
    }

    /** Compares relative to the norm of the tensor: single elements can be sums that cancel. */
    private static int assertTensor(Tensor tensor, float[] expected, int at, float[] actual) {
        double error = 0;
        double scale = 0;
        for (int i = 0; i < actual.length; i++) {
            error += Math.pow(actual[i] - expected[at + i], 2);
            scale += Math.pow(expected[at + i], 2);
        }
        double relative = Math.sqrt(error / scale);
        assertTrue(relative < FixtureNumbers.TOLERANCE, tensor + " has a relative error of " + relative);
        return at + actual.length;
    }

    private static float[] floats(String name) throws IOException {
        try (InputStream stream = PyTorchFixtureTest.class.getResourceAsStream("mnist_cnn_" + name + ".bin")) {
            ByteBuffer bytes = ByteBuffer.wrap(stream.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(values);
            return values;
        }
    }
}
