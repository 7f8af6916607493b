package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.LabelNoise;
import dev.lethe.data.PixelNoise;
import dev.lethe.data.StripedImages;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.run.DataSource;
import dev.lethe.run.PlanListener;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.TrainingSetChanges;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the networks that runs of studies left. */
class RunEvaluationTest {
    @TempDir
    private Path folder;
    private Path data;
    private RunSpec plain;

    @BeforeEach
    void writeData() throws IOException {
        data = StripedImages.write(folder.resolve("stripes"), 120, 60);
        plain = RunSpec.of(RunSettings.of(data.toString(), "mnist-cnn",
                TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(3).withBatch(32)
                        .withLearningRate(0.05f))
                .on("cpu", 1));
    }

    private FinishedRun train(RunSpec run) throws IOException {
        return new PlanExecutor(new RunStore(folder.resolve("runs"), PlanListener.NONE), 1, PlanListener.NONE)
                .execute(RunPlan.of(List.of(run))).get(run);
    }

    private void requireSameAsTrained(RunSpec spec) throws IOException {
        FinishedRun run = train(spec);
        double loss = RunEvaluation.of(run.folder()).test("cpu", 1).loss();
        assertEquals(run.epochs().getLast().testLoss(), loss, 1e-6, spec.label());
    }

    @Test
    void shouldTestOnTheImagesThatTheRunWasTestedOn() throws IOException {
        requireSameAsTrained(plain);
        TrainingSetChanges labels = TrainingSetChanges.NONE.with(new LabelNoise(LabelNoise.Kind.PAIR, 0.2, 3));
        requireSameAsTrained(plain.with(labels));
        requireSameAsTrained(plain.with(TrainingSetChanges.NONE.with(new PixelNoise(2, 5))));
        requireSameAsTrained(plain.with(labels.with(new PixelNoise(2, 5))));
    }

    @Test
    void shouldNoticeTestImagesThatChanged() throws IOException {
        Path run = train(plain).folder();
        Path images = data.resolve("t10k-images-idx3-ubyte");
        byte[] bytes = Files.readAllBytes(images);
        bytes[bytes.length - 1]++;
        Files.write(images, bytes);
        assertEquals("data set " + data + " is not what " + run + " was trained on: its test images or labels have "
                + "changed; put them back as they were, or train again", refusal(run));
    }

    @Test
    void shouldFindADataSetThatWasMoved() throws IOException {
        FinishedRun run = train(plain);
        Path moved = Files.move(data, folder.resolve("moved"));
        String message = refusal(run.folder());
        assertEquals("the data set of " + run.folder() + " is not at " + data + ": say where it is, or "
                + "begin in the folder that the run was trained from", message);
        assertEquals(run.epochs().getLast().testAccuracy(),
                RunEvaluation.of(run.folder()).withData(moved.toString()).test("cpu", 1).accuracy(), 1e-6);
    }

    /** A data set is known by its content, so that the same runs are found wherever it lies. */
    @Test
    void shouldFindRunsOfADataSetThatWasMoved() throws IOException {
        FinishedRun run = train(plain);
        Path moved = Files.move(data, folder.resolve("moved"));
        RunSpec there = RunSpec.of(plain.settings().withData(DataSource.of(moved.toString())));
        assertEquals(run.folder(), new RunStore(folder.resolve("runs"), PlanListener.NONE).finished(there)
                .orElseThrow().folder());
        assertEquals(3, train(there).epochs().size());
    }

    /** Seeds of label noise and pixel noise once shared a name, so that runs of different label noise were one. */
    @Test
    void shouldTellRunsApartByBothSeedsOfNoise() throws IOException {
        RunStore store = new RunStore(folder.resolve("runs"), PlanListener.NONE);
        List<Path> folders = List.of(noisy(store, 1, 3), noisy(store, 2, 3), noisy(store, 3, 3), noisy(store, 3, 4));
        assertEquals(4, folders.stream().distinct().count(), folders.toString());
    }

    private Path noisy(RunStore store, long labelSeed, long pixelSeed) throws IOException {
        return store.folder(plain.with(TrainingSetChanges.NONE
                .with(new LabelNoise(LabelNoise.Kind.PAIR, 0.2, labelSeed)).with(new PixelNoise(2, pixelSeed))));
    }

    @Test
    void shouldSayThatARunOfAnotherProcedureHasNoNetwork() throws IOException {
        Path run = train(plain.with(new Procedure.ShuffledUpdates())).folder();
        assertTrue(refusal(run).endsWith(" has no checkpoint: train first"), refusal(run));
    }

    private static String refusal(Path run) {
        return assertThrows(RunException.class, () -> RunEvaluation.of(run).test("cpu", 1)).getMessage();
    }
}
