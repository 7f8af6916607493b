package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.data.LabelNoise;
import dev.lethe.data.StripedImages;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RankingSource;
import dev.lethe.run.Removal;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.TrainingSetChanges;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.RunStatus;
import dev.lethe.run.store.RunStore;
import dev.lethe.run.store.WeightedMeans;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.tracker.select.Selection;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.NonFiniteLossException;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanExecutorTest {
    private static final int EXAMPLES = 240;
    private static final int EPOCHS = 4;

    @TempDir
    private Path folder;
    private RunSettings settings;
    private final List<String> begun = Collections.synchronizedList(new ArrayList<>());
    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void writeData() throws IOException {
        Path data = StripedImages.write(folder.resolve("stripes"), EXAMPLES, 60);
        settings = RunSettings.of(data.toString(), "mnist-cnn",
                TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(EPOCHS).withBatch(32)
                        .withLearningRate(0.05f))
                .on("cpu", 1);
    }

    /** Notes which runs begin, and stops as a killed process would. */
    private final class Watching implements PlanListener {
        private final int stopAfterEpoch;

        Watching(int stopAfterEpoch) {
            this.stopAfterEpoch = stopAfterEpoch;
        }

        @Override
        public RunListener runStarted(RunNotice run) {
            begun.add(run.label());
            return new RunListener() {
                @Override
                public void epochDone(EpochMetrics metrics) {
                    if (metrics.epoch() == stopAfterEpoch) {
                        throw new IllegalStateException("stopped");
                    }
                }

                @Override
                public void close() {
                    // nothing is held
                }
            };
        }

        @Override
        public void noticed(String sentence) {
            notices.add(sentence);
        }
    }

    private RunStore store(String name) {
        return new RunStore(folder.resolve(name), PlanListener.NONE);
    }

    private FinishedRuns execute(RunStore store, int jobs, RunSpec... runs) throws IOException {
        return new PlanExecutor(store, jobs, new Watching(Integer.MAX_VALUE)).execute(RunPlan.of(List.of(runs)));
    }

    private RunSpec seed(int seed) {
        return RunSpec.of(settings.withSeed(seed));
    }

    private RunSpec without(double share, RunSpec... rankers) {
        return seed(1).with(TrainingSetChanges.NONE
                .with(new Removal(RemovalRule.LEAST_FORGOTTEN, share, 0, 7, new RankingSource.Runs(List.of(rankers)))));
    }

    @Test
    void shouldTrainWhatOthersDependOnFirstAndEachOnce() throws IOException {
        RunSpec pruned = without(0.5, seed(2), seed(1));
        RunStore store = store("runs");
        FinishedRuns runs = execute(store, 1, pruned, seed(1));
        assertEquals(List.of("mnist-cnn, seed 2", "mnist-cnn, seed 1",
                "mnist-cnn, seed 1, 50% removed, easiest:forgetting by mnist-cnn"), begun);
        assertEquals(4 * 32, runs.get(pruned).scores().examples(), "about half, in whole batches");
        assertEquals(EPOCHS, runs.get(pruned).epochs().size());
        Selection selection = assertInstanceOf(RunStore.TrainingSet.Selected.class, store.trainingSet(pruned))
                .selection();
        assertEquals(4 * 32, selection.kept().length);
        assertThrows(IllegalArgumentException.class, () -> runs.get(seed(3)));
    }

    @Test
    void shouldUseRunsThatAreFinished() throws IOException {
        execute(store("runs"), 1, seed(1), seed(2));
        begun.clear();
        FinishedRuns again = execute(store("runs"), 1, seed(1), seed(2), seed(3));
        assertEquals(List.of("mnist-cnn, seed 3"), begun);
        assertEquals(List.of("2 of 3 runs were finished before and are used"), notices);
        assertEquals(3, again.bySpec().size());
    }

    @Test
    void shouldFindARunByItsHashWhateverItsFolderIsCalled() throws IOException {
        Path first = execute(store("runs"), 1, seed(1)).get(seed(1)).folder();
        assertTrue(first.getFileName().toString().startsWith("stripes-mnist-cnn-seed-1-"), first.toString());
        String name = first.getFileName().toString();
        Path renamed = Files.move(first, first.resolveSibling("old-name" + name.substring(name.lastIndexOf('-'))));
        begun.clear();
        assertEquals(renamed, execute(store("runs"), 1, seed(1)).get(seed(1)).folder());
        assertTrue(begun.isEmpty(), begun.toString());
    }

    /** The rule had that name when the run was finished. */
    @Test
    void shouldFindARunThatWasFinishedUnderTheOldNameOfItsRule() throws IOException {
        assertEquals("selected", store("runs").describe(without(0.5, seed(1))).get("removal_rule"));
    }

    @Test
    void shouldTrainAnewWhereTheTestImagesHaveChanged() throws IOException {
        execute(store("runs"), 1, seed(1));
        Path images = folder.resolve("stripes").resolve("t10k-images-idx3-ubyte");
        byte[] bytes = Files.readAllBytes(images);
        bytes[bytes.length - 1]++;
        Files.write(images, bytes);
        begun.clear();
        execute(store("runs"), 1, seed(1));
        assertEquals(List.of("mnist-cnn, seed 1"), begun);
    }

    @Test
    void shouldTellRunsApartByAllThatDecidesTheirResults() throws IOException {
        RunStore store = store("runs");
        List<RunSpec> specs = List.of(seed(1), seed(2),
                RunSpec.of(settings.withTraining(settings.training().withEpochs(5))), without(0.5, seed(1)),
                without(0.25, seed(1)), without(0.5, seed(2)),
                seed(1).with(TrainingSetChanges.NONE.with(new LabelNoise(LabelNoise.Kind.SYMMETRIC, 0.2, 0))),
                seed(1).with(TrainingSetChanges.NONE.with(new LabelNoise(LabelNoise.Kind.PAIR, 0.2, 0))),
                seed(1).with(TrainingSetChanges.NONE.with(new LabelNoise(LabelNoise.Kind.PAIR, 0.2, 1))));
        List<Path> folders = new ArrayList<>();
        for (RunSpec spec : specs) {
            folders.add(store.folder(spec));
        }
        assertEquals(specs.size(), folders.stream().distinct().count(), folders.toString());
        assertEquals(folders.getFirst(), store("runs").folder(seed(1)));
    }

    @Test
    void shouldGoOnToTheSameBitsWhereItWasStopped() throws IOException {
        FinishedRun whole = execute(store("whole"), 1, seed(1)).get(seed(1));
        RunPlan plan = RunPlan.of(List.of(seed(1)));
        assertThrows(IllegalStateException.class,
                () -> new PlanExecutor(store("stopped"), 1, new Watching(2)).execute(plan));
        assertEquals(List.of(RunStatus.State.BEGUN),
                RunStatus.of(plan, store("stopped")).stream().map(RunStatus::state).toList());
        FinishedRun resumed = execute(store("stopped"), 1, seed(1)).get(seed(1));
        for (String file : List.of("history.lethe", "predictions.npy", "weighted_margin.npy",
                "weighted_confidence.npy", "scores.csv", "config.json")) {
            assertArrayEquals(Files.readAllBytes(whole.folder().resolve(file)),
                    Files.readAllBytes(resumed.folder().resolve(file)), file);
        }
        assertEquals(EPOCHS, resumed.epochs().size());
    }

    /** A power cut may leave half a row; training cuts it off, and so does a plan. */
    @Test
    void shouldPlanAndGoOnWhereTheLastRowOfMetricsIsTorn() throws IOException {
        RunPlan plan = RunPlan.of(List.of(seed(1)));
        assertThrows(IllegalStateException.class,
                () -> new PlanExecutor(store("stopped"), 1, new Watching(3)).execute(plan));
        Path metrics = store("stopped").folder(seed(1)).resolve("metrics.csv");
        String text = Files.readString(metrics);
        Files.writeString(metrics, text.substring(0, text.length() - 4));
        assertEquals(List.of(1), RunStatus.of(plan, store("stopped")).stream().map(RunStatus::epochsDone).toList());
        assertEquals(EPOCHS, execute(store("stopped"), 1, seed(1)).get(seed(1)).epochs().size());
    }

    /** A run of one epoch gives the first of the two epochs that the other weighs. */
    @Test
    void shouldWeighEpochsByHowWellTheNetworkGeneralised() throws IOException {
        RunSpec one = RunSpec.of(settings.withTraining(settings.training().withEpochs(1)));
        RunSpec two = RunSpec.of(settings.withTraining(settings.training().withEpochs(2)));
        FinishedRuns runs = execute(store("runs"), 1, one, two);
        float[] first = runs.get(one).weightedMeans().margin();
        double[] weights = runs.get(two).epochs().stream()
                .mapToDouble(epoch -> WeightedMeans.weight(epoch.trainAccuracy(), epoch.testAccuracy())).toArray();
        for (int id = 0; id < EXAMPLES; id++) {
            assertEquals(runs.get(one).scores().means().margin(id), first[id], 1e-6, "one epoch weighs all");
            double second = 2 * runs.get(two).scores().means().margin(id) - first[id];
            double expected = (weights[0] * first[id] + weights[1] * second) / (weights[0] + weights[1]);
            assertEquals(expected, runs.get(two).weightedMeans().margin()[id], 1e-4 * Math.max(1, Math.abs(expected)));
        }
        assertTrue(weights[1] > weights[0], "the second epoch counts more");
    }

    @Test
    void shouldWeighAnEpochByItsErrorAndByWhatWasMemorised() {
        assertEquals(256, WeightedMeans.weight(0.5, 0.9) / WeightedMeans.weight(0.5, 0.8), 1e-9);
        assertEquals(WeightedMeans.weight(0, 0.9), WeightedMeans.weight(0.9, 0.9), 0);
        assertEquals(0.25, WeightedMeans.weight(0.95, 0.9) / WeightedMeans.weight(0.9, 0.9), 1e-9);
        assertTrue(WeightedMeans.weight(1, 0.9) > 0 && Double.isFinite(WeightedMeans.weight(1, 1)));
        assertTrue(WeightedMeans.weight(1, 1) * 1000 < Float.MAX_VALUE);
    }

    @Test
    void shouldGiveTheSameBitsWhateverRunsBeside() throws IOException {
        FinishedRuns alone = execute(store("one"), 1, seed(1), seed(2), seed(3), without(0.5, seed(1)));
        FinishedRuns together = execute(store("two"), 2, seed(1), seed(2), seed(3), without(0.5, seed(1)));
        for (RunSpec spec : alone.bySpec().keySet()) {
            assertArrayEquals(Files.readAllBytes(alone.get(spec).folder().resolve("history.lethe")),
                    Files.readAllBytes(together.get(spec).folder().resolve("history.lethe")), spec.label());
        }
    }

    @Test
    void shouldStopTheOthersWhenARunFailsAndKeepWhatIsFinished() throws IOException {
        execute(store("runs"), 1, seed(1));
        RunSpec diverging = RunSpec.of(settings.withTraining(
                TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(EPOCHS).withBatch(32)
                        .withLearningRate(1e9f)));
        begun.clear();
        assertThrows(NonFiniteLossException.class,
                () -> execute(store("runs"), 1, seed(1), diverging, seed(2)));
        assertEquals(List.of(diverging.label()), begun);
        assertTrue(store("runs").finished(seed(1)).isPresent());
        assertFalse(store("runs").finished(diverging).isPresent());
    }

    @Test
    void shouldRefuseARankingOfOtherLabels() {
        LabelNoise noise = new LabelNoise(LabelNoise.Kind.SYMMETRIC, 0.2, 0);
        RunSpec pruned = seed(1).with(TrainingSetChanges.NONE.with(noise)
                .with(new Removal(RemovalRule.LEAST_FORGOTTEN, 0.5, 0, 7, new RankingSource.Runs(List.of(seed(2))))));
        String message = assertThrows(RunException.class, () -> execute(store("runs"), 1, pruned)).getMessage();
        assertTrue(message.startsWith("the ranking is of another data set, with fingerprint="), message);
    }

    @Test
    void shouldPlanWithoutTraining() throws IOException {
        RunPlan plan = RunPlan.of(List.of(without(0.5, seed(1))));
        assertEquals(List.of(RunStatus.State.NEW, RunStatus.State.NEW),
                RunStatus.of(plan, store("runs")).stream().map(RunStatus::state).toList());
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    @Test
    void shouldSayThatARunIsFinishedWithOtherThreads() throws IOException {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor has one number of threads");
        execute(store("runs"), 1, seed(1));
        notices.clear();
        execute(store("runs"), 1, RunSpec.of(settings.on("cpu", 2)));
        assertEquals(List.of("run 'mnist-cnn, seed 1' is finished with threads=1 and is trained anew with threads=2, "
                + "which rounds differently: threads=1 uses the finished run"), notices);
    }

    /** An interrupted run stops at a checkpoint, and can be continued to the same bits. */
    @Test
    void shouldStopAtACheckpointWhenInterrupted() throws IOException {
        FinishedRun whole = execute(store("whole"), 1, seed(1)).get(seed(1));
        Thread here = Thread.currentThread();
        PlanListener interrupting = _ -> new PlanListener.RunListener() {
            @Override
            public void epochDone(EpochMetrics metrics) {
                here.interrupt();
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
        RunPlan plan = RunPlan.of(List.of(seed(1), seed(2)));
        InterruptedIOException stopped = assertThrows(InterruptedIOException.class,
                () -> new PlanExecutor(store("stopped"), 1, interrupting).execute(plan));
        assertTrue(Thread.interrupted(), "the interrupt is kept for the caller");
        assertTrue(stopped.getMessage().endsWith("run the same command again to go on with them"),
                stopped.getMessage());
        assertEquals(List.of(RunStatus.State.NEW),
                RunStatus.of(RunPlan.of(List.of(seed(2))), store("stopped")).stream().map(RunStatus::state).toList());
        FinishedRun resumed = execute(store("stopped"), 1, seed(1)).get(seed(1));
        assertArrayEquals(Files.readAllBytes(whole.folder().resolve("history.lethe")),
                Files.readAllBytes(resumed.folder().resolve("history.lethe")));
    }
}
