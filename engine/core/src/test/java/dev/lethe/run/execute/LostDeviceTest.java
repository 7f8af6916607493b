package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendFailedException;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.ModelZoo;
import dev.lethe.run.RunException;
import dev.lethe.run.StoppingRule;
import dev.lethe.run.store.RunFolder;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.train.SomeOfMnist;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.checkpoint.RunIdentity;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device that is lost while a run trains. */
class LostDeviceTest {
    private static final int EPOCHS = 3;
    private static final int STEPS = 7; // of an epoch, tests not counted
    private static final DataSet DATA = SomeOfMnist.of(400, 100);
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1)
            .withEpochs(EPOCHS).withBatch(64).withLearningRate(0.01f);

    @TempDir
    private Path folder;

    /** The processor, as a device that is lost after a number of runs of its plans: no call succeeds then. */
    private static final class LosableBackend {
        private final Backend backend = Backends.open("cpu", 1);
        private int runs;

        LosableBackend(int runs) {
            this.runs = runs;
        }

        Backend backend() {
            return losable(Backend.class, backend);
        }

        @SuppressWarnings("unchecked")
        private <T> T losable(Class<T> type, T target) {
            return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, method, arguments) -> {
                if (target instanceof Plan && method.getName().equals("run")) {
                    runs--;
                }
                if (runs < 0) {
                    throw new BackendFailedException("cuGraphLaunch failed: CUDA error 999, it is gone");
                }
                try {
                    return switch (method.invoke(target, arguments)) {
                        case Program program -> losable(Program.class, program);
                        case Plan plan -> losable(Plan.class, plan);
                        case null -> null;
                        case Object other -> other;
                    };
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        }
    }

    private void train(Backend opened, Path run, Duration pause) throws IOException {
        RunFolder.make(run);
        try (Backend backend = opened;
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", 10), DATA, CONFIG)) {
            RunIdentity identity = new RunIdentity("mnist-cnn", 1, Sha256.ofText("test"), Sha256.ofText("some"));
            new TrackedTraining(trainer, DATA, EPOCHS, identity, run)
                    .train(Supervision.always(pause), StoppingRule.ALL_EPOCHS);
        }
    }

    /** Also where the history is ahead of the checkpoint, and the epochs between are trained again. */
    @ParameterizedTest
    @CsvSource({"0,0", "3,0", "8,0", "22,0", "8,1000", "22,1000"})
    void shouldKeepWhatWasCommittedAndGoOnToTheSameBits(int runs, int secondsToTheNextCheckpoint) throws IOException {
        Duration pause = Duration.ofSeconds(secondsToTheNextCheckpoint);
        Path whole = folder.resolve("whole");
        Path lost = folder.resolve("lost");
        train(Backends.open("cpu", 1), whole, pause);
        int epochs = runs / (STEPS + 1);
        RunException failure = assertThrows(RunException.class,
                () -> train(new LosableBackend(runs).backend(), lost, pause));
        assertEquals(
                "cuGraphLaunch failed: CUDA error 999, it is gone; the epochs that the history has are kept: "
                        + "resume the run",
                failure.getMessage());
        assertTrue(failure.getSuppressed().length > 0, "that nothing could be closed is not hidden");
        try (History history = History.open(lost.resolve(RunFolder.HISTORY))) {
            assertEquals(epochs, history.epochs());
        }
        train(Backends.open("cpu", 1), lost, pause);
        for (String file : new String[]{RunFolder.HISTORY, RunFolder.SCORES, "checkpoint/weights.safetensors"}) {
            assertArrayEquals(Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(lost.resolve(file)), file);
        }
    }
}
