package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.nativelib.cuda.HostCudaBackend;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RunningSum;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class LetheTrainStepTest {
    /** Skips an engine that cannot train here, such as one for a GPU. */
    private static void assumeNotRefused(LetheEngine engine, TrainStepTask task) {
        assumeTrue(engine.refusal(task.model(), task.dtype()).isEmpty(),
                () -> engine.refusal(task.model(), task.dtype()).orElseThrow());
    }

    @ParameterizedTest
    @EnumSource
    void shouldTrainAsTheReferenceDoes(LetheEngine engine) {
        TrainStepTask task = roundOfThree();
        assumeNotRefused(engine, task);
        assertTrainsAsTheReferenceDoes(task, task.batches().count(), engine.create(task));
    }

    private static TrainStepTask roundOfThree() {
        return batches(3, 20);
    }

    private static TrainStepTask batches(int count, int batch) {
        BenchmarkModel model = BenchmarkModel.MNIST_CNN;
        return new TrainStepTask(model, DType.F32, 2, InitialWeights.seeded(model, 1),
                PreparedBatches.seeded(model, count, batch, 2));
    }

    /** Compares the losses that every engine reads: that of the first step, and of the last of a round. */
    private static void assertTrainsAsTheReferenceDoes(TrainStepTask task, int stepsOfRound, TrainStepEngine engine) {
        try (engine; TrainStepEngine reference = LetheEngine.REFERENCE.create(task)) {
            assertEquals(reference.step(), engine.step(), 1e-4, "loss of the first step");
            for (int round = 1; round <= 2; round++) {
                float expected = Float.NaN;
                float actual = Float.NaN;
                for (int i = round == 1 ? 1 : 0; i < stepsOfRound; i++) {
                    expected = reference.step();
                    actual = engine.step();
                }
                assertEquals(expected, actual, 1e-4, "loss of the last step of round " + round);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTrainAsTheReferenceDoesWhereResultsAreOnADevice(boolean tracking) {
        assumeTrue(HostCudaBackend.available(), "the kernels for GPUs are tested on the host where it has g++");
        TrainStepTask task = batches(25, 2);
        assertTrainsAsTheReferenceDoes(task, DeviceStepRecord.LEAST_BATCHES,
                new LetheTrainStep("on-host", HostCudaBackend.open(), task, tracking, ConvolutionChoice.DIRECT));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRecordEveryRoundOfADeviceWhereItTracks(boolean tracking) throws IOException {
        assumeTrue(HostCudaBackend.available(), "the kernels for GPUs are tested on the host where it has g++");
        TrainStepTask task = batches(20, 2);
        int stepsOfRound = 60; // three visits of 20 batches, the fewest that are 50 together
        try (LetheTrainStep step = new LetheTrainStep("on-host", HostCudaBackend.open(), task, tracking,
                ConvolutionChoice.DIRECT)) {
            for (int i = 0; i < 2 * stepsOfRound + 1; i++) {
                step.step();
            }
            assertEquals(tracking, step.tracker().isPresent());
            if (tracking) {
                try (History history = step.tracker().get().history()) {
                    assertEquals(2, history.epochs());
                    assertEquals(120, history.totals(1).presentations());
                    assertEquals(120, history.totals(2).presentations());
                    assertTrue(history.sum(RunningSum.LOSS, 119) > 1, "two losses, of some two each");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lethe", "lethe-untracked"})
    void shouldLearnThePreparedBatchesAlikeWithAndWithoutTracking(String engine) {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.MNIST_CNN, DType.F32, 16, 2);
        int round = task.batches().count();
        try (TrainStepEngine step = TrainStepEngines.named(engine).create(task);
                TrainStepEngine other = LetheEngine.LETHE.create(task)) {
            double first = 0;
            double last = 0;
            for (int i = 0; i < 8 * round; i++) {
                float loss = step.step();
                assertEquals(other.step(), loss, "loss of step " + i);
                first += i < round ? loss : 0;
                last += i >= 7 * round ? loss : 0;
            }
            assertTrue(last < 0.8 * first, "from " + first / round + " to " + last / round);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void shouldLearnOneBatchByHeart(DType dtype) {
        assertLearnsByHeart(BenchmarkModel.AIRBENCH94, dtype);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void shouldLearnOneBatchByHeartInAResNet(DType dtype) {
        assertLearnsByHeart(BenchmarkModel.RESNET18, dtype);
    }

    private static void assertLearnsByHeart(BenchmarkModel model, DType dtype) {
        assumeTrue(LetheEngine.LETHE.dtypes(model).contains(dtype), "the processor has no " + dtype);
        TrainStepTask task = new TrainStepTask(model, dtype, 2, InitialWeights.seeded(model, 1),
                PreparedBatches.seeded(model, 1, 16, 2));
        try (TrainStepEngine step = LetheEngine.LETHE.create(task)) {
            float first = step.step();
            float last = first;
            for (int i = 1; i < 10; i++) {
                last = step.step();
            }
            assertTrue(last < 0.8 * first, "from " + first + " to " + last);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAStepAfterClose(LetheEngine engine) {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.MNIST_CNN, DType.F32, 1, 1);
        assumeNotRefused(engine, task);
        TrainStepEngine closed = engine.create(task);
        closed.close();
        closed.close();
        assertTrue(assertThrows(IllegalStateException.class, closed::step).getMessage().contains(engine.label()));
    }
}
