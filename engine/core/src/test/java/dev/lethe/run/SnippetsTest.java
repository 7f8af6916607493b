package dev.lethe.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.data.StripedImages;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.run.execute.PlanExecutor;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Example of the package's documentation, the region of which Javadoc shows. */
class SnippetsTest {
    @TempDir
    private Path temporary;

    private static FinishedRun train(Path data, Path runs) throws IOException {
        // @start region="plan"
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, true, 5e-4f)) // momentum, Nesterov, decay
                .withSeed(1).withEpochs(2).withBatch(32).withLearningRate(0.05f);
        RunSpec spec = RunSpec.of(RunSettings.of(data.toString(), "mnist-cnn", config).on("auto", 1));
        RunStore store = new RunStore(runs, PlanListener.NONE);
        FinishedRun run = new PlanExecutor(store, 1, PlanListener.NONE).execute(RunPlan.of(List.of(spec))).get(spec);
        int unforgettable = run.scores().forgetting().unforgettableCount();
        // @end
        assertEquals(unforgettable, store.finished(spec).orElseThrow().scores().forgetting().unforgettableCount());
        return run;
    }

    @Test
    void shouldTrainAPlanOfOneRun() throws IOException {
        Path data = StripedImages.write(temporary.resolve("stripes"), 96, 32);
        FinishedRun run = train(data, temporary.resolve("runs"));
        assertEquals(2, run.trainedEpochs());
        assertEquals(96, run.scores().examples());
    }
}
