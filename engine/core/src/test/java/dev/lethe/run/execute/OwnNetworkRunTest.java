package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.StripedImages;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.run.DataSource;
import dev.lethe.run.NetworkSource;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.Schedule;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a network and a data set that are given as values. */
class OwnNetworkRunTest {
    private static final Network NETWORK = network(12);
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(3)
            .withEpochs(2).withBatch(32).withLearningRate(0.05f);

    @TempDir
    private Path temporary;
    private Path folder;
    private DataSet data;

    private static Network network(int hidden) {
        return Network.of("own", Layer.linear("hidden", hidden), Layer.relu(),
                Layer.linear("classes", StripedImages.CLASSES));
    }

    @BeforeEach
    void writeData() throws IOException {
        folder = StripedImages.write(temporary.resolve("stripes"), 96, 32);
        data = DataSets.load(folder.toString());
    }

    private static RunSettings settings(DataSource data, Network network, TrainingConfig config) {
        return RunSettings.of("unused", "unused", config).on("cpu", 1).withData(data)
                .withNetwork(NetworkSource.of(network), config);
    }

    private static FinishedRun train(RunStore store, RunSpec spec) throws IOException {
        return new PlanExecutor(store, 1, PlanListener.NONE).execute(RunPlan.of(List.of(spec))).get(spec);
    }

    @Test
    void shouldTrainAndFindARunByItsContent() throws IOException {
        Path runs = temporary.resolve("runs");
        RunSpec spec = RunSpec.of(RunSettings.of(data, NETWORK, CONFIG).on("cpu", 1));
        FinishedRun run = train(new RunStore(runs, PlanListener.NONE), spec);
        assertEquals(96, run.scores().examples());
        RunStore again = new RunStore(runs, PlanListener.NONE);
        RunSpec equal = RunSpec.of(RunSettings.of(DataSets.load(folder.toString()), network(12), CONFIG).on("cpu", 1));
        assertEquals(spec, equal);
        assertTrue(again.finished(equal).isPresent(), "the same run, made again");
        RunSpec inFolder = RunSpec.of(settings(DataSource.of(folder.toString()), NETWORK, CONFIG));
        assertTrue(again.finished(inFolder).isPresent(), "the same data set in a folder");
        RunSpec wider = RunSpec.of(RunSettings.of(data, network(13), CONFIG).on("cpu", 1));
        assertTrue(again.finished(wider).isEmpty(), "other layers under the same name");
        DataSet fewer = data.withTrainExamples(IntStream.range(0, 95).toArray());
        assertTrue(again.finished(RunSpec.of(RunSettings.of(fewer, NETWORK, CONFIG).on("cpu", 1))).isEmpty(),
                "other examples under the same name");
    }

    @Test
    void shouldGoOnWithAnInterruptedRun() throws IOException {
        RunSpec spec = RunSpec.of(RunSettings.of(data, NETWORK, CONFIG).on("cpu", 1));
        FinishedRun whole = train(new RunStore(temporary.resolve("whole"), PlanListener.NONE), spec);
        Path runs = temporary.resolve("runs");
        ExecutionOptions options = ExecutionOptions.checkpointingEveryEpoch();
        PlanListener failing = _ -> new PlanListener.RunListener() {
            @Override
            public void stepDone(int epoch, int presentations, double meanLoss) {
                if (epoch == 2) {
                    throw new IllegalStateException("stopped");
                }
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
        RunStore store = new RunStore(runs, PlanListener.NONE);
        assertThrows(IllegalStateException.class,
                () -> new PlanExecutor(store, options, failing).execute(RunPlan.of(List.of(spec))));
        FinishedRun resumed = train(new RunStore(runs, PlanListener.NONE), spec);
        assertArrayEquals(Files.readAllBytes(whole.folder().resolve("history.lethe")),
                Files.readAllBytes(resumed.folder().resolve("history.lethe")));
    }

    @Test
    void shouldBeTestedByItsFolderAlone() throws IOException {
        TrainingConfig own = CONFIG.withSchedule(Schedule.of("halved each epoch",
                (step, steps, _) -> Math.pow(0.5, Math.floorDiv(step, steps))));
        RunSpec spec = RunSpec.of(RunSettings.of(data, NETWORK, own).on("cpu", 1));
        FinishedRun run = train(new RunStore(temporary.resolve("runs"), PlanListener.NONE), spec);
        RunEvaluation evaluation = RunEvaluation.of(run.folder());
        assertEquals(run.epochs().getLast().testAccuracy(), evaluation.withData(data).test("cpu", 1).accuracy());
        assertEquals(run.epochs().getLast().testAccuracy(),
                evaluation.withData(folder.toString()).test("cpu", 1).accuracy());
        DataSet fewer = data.withTrainExamples(IntStream.range(0, 95).toArray());
        String refused = assertThrows(RunException.class, () -> evaluation.withData(fewer).test("cpu", 1)).getMessage();
        assertTrue(refused.contains("its training images or labels have changed"), refused);
        String nowhere = assertThrows(RunException.class, () -> evaluation.test("cpu", 1)).getMessage();
        assertTrue(nowhere.startsWith("the data set of " + run.folder() + " is not at stripes"), nowhere);
    }
}
