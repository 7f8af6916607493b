package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.StripedImages;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.ModelZoo;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of a plan and an invented amount of memory. */
@Timeout(60)
class MemoryGateTest {
    private static final int RUNS = 8;

    @TempDir
    private Path folder;
    private RunSettings settings;
    private long need;

    @BeforeEach
    void measure() throws IOException {
        Path data = StripedImages.write(folder.resolve("stripes"), 96, 32);
        settings = RunSettings.of(data.toString(), "mnist-cnn",
                TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(3).withBatch(32)
                        .withLearningRate(0.05f))
                .on("cpu", 1);
        DataSet loaded = settings.load(PlanListener.NONE);
        try (Backend backend = Backends.open("cpu", 1);
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", loaded.classes()), loaded,
                        settings.training(), settings.arithmetic())) {
            need = trainer.memory().total();
        }
    }

    /** Counts runs at once, and takes memory of an imagined machine with the first epoch of each. */
    private final class Machine implements PlanListener {
        private final AtomicLong free;
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        Machine(long memory) {
            free = new AtomicLong(memory);
        }

        @Override
        public RunListener runStarted(RunNotice run) {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            return new RunListener() {
                private boolean touched;

                @Override
                public void stepDone(int epoch, int presentations, double meanLoss) {
                    if (!touched) {
                        free.addAndGet(-need);
                        touched = true;
                    }
                }

                @Override
                public void epochDone(EpochMetrics metrics) {
                    // memory is taken by then
                }

                @Override
                public void close() {
                    running.decrementAndGet();
                    free.addAndGet(touched ? need : 0);
                }
            };
        }
    }

    private Machine train(long memory, int jobs) throws IOException {
        Machine machine = new Machine(memory);
        RunPlan plan = RunPlan.of(IntStream.rangeClosed(1, RUNS)
                .mapToObj(seed -> RunSpec.of(settings.withSeed(seed))).toList());
        RunStore store = new RunStore(folder.resolve("runs"), PlanListener.NONE);
        int finished = new PlanExecutor(store, ExecutionOptions.ofJobs(jobs).withMemory(new MemoryBudget(
                machine.free::get)), machine).execute(plan).bySpec().size();
        assertEquals(RUNS, finished);
        return machine;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldTrainAsManyAtOnceAsFit(int fitting) throws IOException {
        Machine machine = train((long) ((fitting + 0.5) * need), 8);
        assertTrue(machine.most.get() <= fitting, "at once: " + machine.most);
        assertTrue(fitting == 1 || machine.most.get() > 1, "at once: " + machine.most);
    }

    @Test
    void shouldTrainAsManyAtOnceAsAreAskedForWhereAllFit() throws IOException {
        Machine machine = train(100 * need, 3);
        assertEquals(3, machine.most.get());
    }

    @Test
    void shouldRefuseARunThatCannotFitAndLeaveTheFolderToAnother() throws IOException {
        Path out = folder.resolve("out");
        ExecutionOptions scarce = ExecutionOptions.checkpointingEveryEpoch()
                .withMemory(new MemoryBudget(() -> need - 1));
        String message = assertThrows(RunException.class,
                () -> new SingleRun(RunSpec.of(settings), out, scarce, PlanListener.NONE).train(false)).getMessage();
        assertTrue(message.startsWith("run 'mnist-cnn, seed 1' needs " + MemoryUse.text(need)
                + " of memory where " + MemoryUse.text(need - 1) + " are free: choose a smaller batch, "),
                message);
        RunSpec smaller = RunSpec.of(settings.withTraining(
                TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(3).withBatch(16)
                        .withLearningRate(0.05f)));
        assertTrue(new SingleRun(smaller, out, ExecutionOptions.checkpointingEveryEpoch(), PlanListener.NONE)
                .train(false).isPresent());
    }

    @Test
    void shouldRefuseBeforeAnythingIsWrittenWhatCanNeverFit() {
        Path out = folder.resolve("out");
        ExecutionOptions scarce = ExecutionOptions.checkpointingEveryEpoch()
                .withMemory(new MemoryBudget(() -> 1000));
        String message = assertThrows(RunException.class,
                () -> new SingleRun(RunSpec.of(settings), out, scarce, PlanListener.NONE).train(false)).getMessage();
        assertTrue(message.contains(" needs at least "), message);
        assertFalse(Files.exists(out));
    }

    @Test
    void shouldEstimateNoMoreThanARunNeeds() {
        long estimate = MemoryEstimate.atLeast(settings, settings.load(PlanListener.NONE));
        assertTrue(estimate < need && estimate > need / 20, estimate + " of " + need);
    }
}
