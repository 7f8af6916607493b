package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.ModelZoo;
import dev.lethe.run.RunException;
import dev.lethe.run.StoppingRule;
import dev.lethe.run.store.MetricsCsv;
import dev.lethe.run.store.RunFolder;
import dev.lethe.tracker.HistoryLayout;
import dev.lethe.tracker.Sha256;
import dev.lethe.train.SomeOfMnist;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.checkpoint.CheckpointFolder;
import dev.lethe.train.checkpoint.RunIdentity;
import dev.lethe.train.checkpoint.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run goes on to the same bits whatever was lost, or says what to do. */
class ResumedRunTest {
    private static final int EPOCHS = 4;
    private static final int STOPPED = 2;
    private static final DataSet DATA = SomeOfMnist.of(200, 50);
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1)
            .withEpochs(EPOCHS).withBatch(50).withLearningRate(0.05f);
    private static final RunIdentity IDENTITY = new RunIdentity("mlp", 1, Sha256.ofText("test"), Sha256.ofText("some"));
    private static final int COMMIT_BYTES = 128;

    @TempDir
    private Path folder;
    private Path whole;
    private Path run;

    @BeforeEach
    void trainOneWholeAndOneInPart() throws IOException {
        whole = folder.resolve("whole");
        run = folder.resolve("run");
        train(whole, EPOCHS);
        train(run, STOPPED);
    }

    /** Trains some more epochs, with a checkpoint after each. */
    private static void train(Path run, int most) throws IOException {
        RunFolder.make(run);
        try (Backend backend = Backends.open("cpu", 1);
                Trainer trainer = new Trainer(backend, ModelZoo.create("mlp", 10), DATA, CONFIG)) {
            int[] left = {most};
            new TrackedTraining(trainer, DATA, EPOCHS, IDENTITY, run)
                    .train(Supervision.of(() -> left[0]-- > 0, Duration.ZERO), StoppingRule.ALL_EPOCHS);
        }
    }

    private void requireSameAsWhole() throws IOException {
        for (String name : List.of("history.lethe", "scores.csv", "predictions.npy", "weighted_margin.npy",
                "checkpoint/weights.safetensors", "checkpoint/optimizer.safetensors")) {
            assertEquals(-1, Files.mismatch(whole.resolve(name), run.resolve(name)), name);
        }
        List<String> rows = results(run);
        assertEquals(results(whole), rows);
        assertEquals(EPOCHS, rows.size());
    }

    /** The rows without times. */
    private static List<String> results(Path run) throws IOException {
        return MetricsCsv.wholeRows(run.resolve("metrics.csv")).stream()
                .map(row -> row.replaceAll("^(([^,]*,){5}).*", "$1")).toList();
    }

    private void loseLastCommit(int epochs) throws IOException {
        byte[] bytes = Files.readAllBytes(run.resolve("history.lethe"));
        int record = (int) new HistoryLayout(DATA.train().examples(), EPOCHS).commit(epochs - 1);
        Arrays.fill(bytes, record, record + COMMIT_BYTES, (byte) 0);
        Files.write(run.resolve("history.lethe"), bytes);
    }

    private String refusal() {
        String message = assertThrows(RunException.class, () -> train(run, EPOCHS)).getMessage();
        assertTrue(message.contains(run.toString()) && !message.contains("\n"), message);
        return message;
    }

    @Test
    void shouldWriteLostMetricsAnew() throws IOException {
        Files.delete(run.resolve("metrics.csv"));
        train(run, EPOCHS);
        requireSameAsWhole();
    }

    @Test
    void shouldWriteMissingAndTornRowsAnew() throws IOException {
        Path metrics = run.resolve("metrics.csv");
        String text = Files.readString(metrics);
        Files.writeString(metrics, text.substring(0, text.lastIndexOf("\n2,") + 9));
        train(run, 1);
        Files.writeString(metrics, Files.readString(metrics).replace("\n2,", "\nrow,"));
        train(run, EPOCHS);
        requireSameAsWhole();
        Files.writeString(metrics, Files.readString(metrics).replace("\n1,", "\n4,"));
        train(run, 0);
        requireSameAsWhole();
    }

    /** The checkpoints of earlier versions keep no rows. */
    @Test
    void shouldTakeTheRowsOfTheFileWhereTheCheckpointHasNone() throws IOException {
        forgetMetrics();
        train(run, EPOCHS);
        requireSameAsWhole();
    }

    @Test
    void shouldRefuseToLoseRowsThatNothingKeeps() throws IOException {
        forgetMetrics();
        Files.delete(run.resolve("metrics.csv"));
        String message = refusal();
        assertTrue(message.startsWith(run.resolve("metrics.csv") + " has 0 whole rows where the checkpoint has 2"),
                message);
    }

    private void forgetMetrics() throws IOException {
        TrainingState state = new CheckpointFolder(run).read(IDENTITY).orElseThrow();
        assertEquals(STOPPED, state.metrics().size());
        new CheckpointFolder(run)
                .write(new TrainingState(state.run(), state.epoch(), state.weights(), state.optimizer()));
    }

    @Test
    void shouldTrainALostEpochAgainWhereTheCheckpointAllowsIt() throws IOException {
        Path earlier = folder.resolve("earlier");
        Files.move(run.resolve("checkpoint"), earlier); // after epoch 2
        train(run, EPOCHS); // whose history has all epochs
        Files.move(run.resolve("checkpoint"), folder.resolve("later"));
        Files.move(earlier, run.resolve("checkpoint"));
        loseLastCommit(EPOCHS);
        train(run, EPOCHS);
        requireSameAsWhole();
    }

    @Test
    void shouldSayWhatToDoWhereTheHistoryIsBehindTheCheckpoint() throws IOException {
        train(run, EPOCHS);
        loseLastCommit(EPOCHS);
        String message = refusal();
        assertEquals(run.resolve("history.lethe") + " has 3 epochs where the checkpoint has 4, its last ones are lost: "
                + "put a copy of the file back, or move " + run.resolve("checkpoint") + " away and go on with the run, "
                + "which is then trained from its first epoch, to the same results", message);
        Files.move(run.resolve("checkpoint"), folder.resolve("away"));
        train(run, EPOCHS);
        requireSameAsWhole();
    }

    @Test
    void shouldSayWhatToDoWhereTheHistoryIsLost() throws IOException {
        Files.delete(run.resolve("history.lethe"));
        assertTrue(refusal().startsWith(run.resolve("history.lethe") + " has 0 epochs where the checkpoint has 2"));
        assertTrue(Files.notExists(run.resolve("history.lethe")), "nothing takes the place of a copy");
    }

    @Test
    void shouldEndARunAgainWhoseResultsAreLost() throws IOException {
        train(run, EPOCHS);
        Files.delete(run.resolve("scores.csv"));
        Files.delete(run.resolve("weighted_margin.npy"));
        train(run, EPOCHS);
        requireSameAsWhole();
    }
}
