package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.StripedImages;
import dev.lethe.io.Json;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.run.PlanListener;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.Steering;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.RunFolder;
import dev.lethe.run.store.RunStore;
import dev.lethe.tracker.History;
import dev.lethe.train.EpochSample;
import dev.lethe.train.LossFunction;
import dev.lethe.train.Sampler;
import dev.lethe.train.TrainerOptions;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tracked runs that functions of one's own steer. */
class SteeredRunTest {
    private static final int EXAMPLES = 96;
    private static final TrainingConfig CONFIG = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)).withSeed(3)
            .withEpochs(3).withBatch(16).withLearningRate(0.05f);
    /** All examples in the first epoch, and then the first half of the shuffled ones. */
    private static final Sampler HALVES = Sampler.ofSizes(epoch -> epoch == 1 ? EXAMPLES : EXAMPLES / 2,
            (epoch, shuffled) -> EpochSample.of(epoch == 1 ? shuffled : Arrays.copyOf(shuffled, EXAMPLES / 2)));
    private static final Steering STEERING = new Steering("half of the examples from the second epoch on",
            TrainerOptions.DEFAULT.withSampler(HALVES));

    @TempDir
    private Path temporary;
    private RunSpec spec;

    @BeforeEach
    void makeSpec() throws IOException {
        DataSet data = DataSets.load(StripedImages.write(temporary.resolve("stripes"), EXAMPLES, 32).toString());
        Network network = Network.of("own", Layer.linear("classes", StripedImages.CLASSES));
        spec = RunSpec.of(RunSettings.of(data, network, CONFIG).on("cpu", 1));
    }

    private RunSpec steered(Steering steering) {
        return spec.with(Procedure.TRACKED.steeredBy(steering));
    }

    private FinishedRun train(Path runs, RunSpec run, PlanListener listener) throws IOException {
        RunStore store = new RunStore(runs, PlanListener.NONE);
        return new PlanExecutor(store, ExecutionOptions.checkpointingEveryEpoch(), listener)
                .execute(RunPlan.of(List.of(run))).get(run);
    }

    private FinishedRun train(RunSpec run) throws IOException {
        return train(temporary.resolve("runs"), run, PlanListener.NONE);
    }

    /** Stops a run before the first step of its last epoch, after the checkpoint of the one before. */
    private static PlanListener stoppingInTheLastEpoch() {
        return _ -> new PlanListener.RunListener() {
            @Override
            public void stepDone(int epoch, int presentations, double meanLoss) {
                if (epoch == CONFIG.epochs()) {
                    throw new IllegalStateException("stopped");
                }
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    @Test
    void shouldTrackWhatTheSamplerPresented() throws IOException {
        FinishedRun run = train(steered(STEERING));
        assertEquals(STEERING.name(), Json.read(run.folder().resolve(RunFolder.CONFIGURATION)).get("steering"));
        assertTrue(run.spec().label().endsWith(STEERING.name()));
        try (History history = run.history()) {
            assertEquals(List.of(96L, 48L, 48L), List.of(history.totals(1).presentations(),
                    history.totals(2).presentations(), history.totals(3).presentations()));
            int[] predictions = run.predictions();
            for (int example = 0; example < EXAMPLES; example++) {
                assertEquals(history.seen(3, example), predictions[example] >= 0, "example " + example);
            }
        }
    }

    @Test
    void shouldGoOnToTheSameBits() throws IOException {
        FinishedRun whole = train(temporary.resolve("whole"), steered(STEERING), PlanListener.NONE);
        Path runs = temporary.resolve("resumed");
        assertThrows(IllegalStateException.class, () -> train(runs, steered(STEERING), stoppingInTheLastEpoch()));
        FinishedRun resumed = train(runs, steered(STEERING), PlanListener.NONE);
        for (String file : List.of(RunFolder.HISTORY, RunFolder.PREDICTIONS, "weighted_margin.npy",
                "checkpoint/weights.safetensors")) {
            assertArrayEquals(Files.readAllBytes(whole.folder().resolve(file)),
                    Files.readAllBytes(resumed.folder().resolve(file)), file);
        }
    }

    @Test
    void shouldKnowFunctionsByTheirName() throws IOException {
        AtomicInteger called = new AtomicInteger();
        Steering counted = new Steering("count the updates",
                TrainerOptions.DEFAULT.withHook(_ -> called.incrementAndGet()));
        FinishedRun run = train(steered(counted));
        assertEquals(3 * EXAMPLES / 16, called.get());
        Steering same = new Steering("count the updates", TrainerOptions.DEFAULT.withHook(_ -> {
            throw new IllegalStateException("the run is finished");
        }));
        assertEquals(run.folder(), train(steered(same)).folder());
        assertNotEquals(run.folder(), train(spec).folder());
        assertArrayEquals(run.predictions(), train(spec).predictions(), "a hook that changes nothing");
        assertFalse(Files.readString(train(spec).folder().resolve(RunFolder.CONFIGURATION)).contains("steering"));
    }

    @Test
    void shouldRecordALossOfOnesOwn() throws IOException {
        LossFunction constant = LossFunction.of((_, _, _, gradient) -> {
            Arrays.fill(gradient, 0);
            return 7;
        });
        FinishedRun run = train(steered(new Steering("nothing is learned", TrainerOptions.DEFAULT.withLoss(constant))));
        assertEquals(7, run.epochs().getLast().trainLoss());
        assertEquals(run.epochs().getFirst().testAccuracy(), run.epochs().getLast().testAccuracy());
    }

    @Test
    void shouldRefuseFunctionsWithoutAName() {
        TrainerOptions options = TrainerOptions.DEFAULT.withSampler(HALVES);
        assertEquals("name=' ' of functions that steer a training: give a text that tells them apart",
                assertThrows(IllegalArgumentException.class, () -> new Steering(" ", options)).getMessage());
    }
}
