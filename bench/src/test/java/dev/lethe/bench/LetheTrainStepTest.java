package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LetheTrainStepTest {
    @ParameterizedTest
    @EnumSource
    void shouldTrainAsTheReferenceDoes(LetheEngine engine) {
        TrainStepTask task = TrainStepTask.seeded(BenchmarkModel.MNIST_CNN, DType.F32, 20, 2);
        try (TrainStepEngine step = engine.create(task);
                TrainStepEngine reference = LetheEngine.REFERENCE.create(task)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(reference.step(), step.step(), 1e-4, "loss of step " + i);
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
    @EnumSource
    void shouldRefuseAStepAfterClose(LetheEngine engine) {
        TrainStepEngine closed = engine.create(TrainStepTask.seeded(BenchmarkModel.MNIST_CNN, DType.F32, 1, 1));
        closed.close();
        closed.close();
        assertTrue(assertThrows(IllegalStateException.class, closed::step).getMessage().contains(engine.label()));
    }
}
