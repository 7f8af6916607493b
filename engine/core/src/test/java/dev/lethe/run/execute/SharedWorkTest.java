package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.StripedImages;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RankingSource;
import dev.lethe.run.Removal;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.TrainingSetChanges;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.RunStore;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that execute one plan over one folder of runs. */
@Tag("slow")
@Timeout(120)
class SharedWorkTest {
    private static final int SEEDS = 4;

    @TempDir
    private Path folder;

    /** A process that executes the plan: arguments are data set, folder of runs, epochs. Prints each run it begins. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws IOException {
            RunStore store = new RunStore(Path.of(arguments[1]), PlanListener.NONE);
            FinishedRuns runs = new PlanExecutor(store, 1, new PlanListener() {
                @Override
                public RunListener runStarted(RunNotice run) {
                    System.out.println("begun " + run.label());
                    return () -> {};
                }

                @Override
                public void noticed(String sentence) {
                    System.out.println("noticed " + sentence);
                }
            }).execute(plan(Path.of(arguments[0]), Integer.parseInt(arguments[2])));
            System.out.println("finished " + runs.bySpec().size());
        }
    }

    private static RunPlan plan(Path data, int epochs) {
        RunSettings settings = RunSettings.of(data.toString(), "mnist-cnn",
                TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(epochs).withBatch(32)
                        .withLearningRate(0.05f))
                .on("cpu", 1);
        List<RunSpec> seeds = IntStream.rangeClosed(1, SEEDS).mapToObj(seed -> RunSpec.of(settings.withSeed(seed)))
                .toList();
        RunSpec pruned = seeds.getFirst().with(TrainingSetChanges.NONE
                .with(new Removal(RemovalRule.LEAST_FORGOTTEN, 0.5, 0, 7, new RankingSource.Runs(seeds))));
        return RunPlan.of(Stream.concat(seeds.stream(), Stream.of(pruned)).toList());
    }

    private Process start(Path data, String runs, int epochs) throws IOException {
        return new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), "-Dlethe.cache=" + System.getProperty("lethe.cache"),
                Worker.class.getName(), data.toString(), folder.resolve(runs).toString(), String.valueOf(epochs))
                .redirectErrorStream(true).start();
    }

    private static List<String> lines(Process process) throws IOException, InterruptedException {
        List<String> lines = process.inputReader().lines().toList();
        assertEquals(0, process.waitFor(), String.join("\n", lines));
        return lines;
    }

    private static List<String> begun(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("begun ")).toList();
    }

    @Test
    void shouldTrainEachRunOnceAndConcludeInBothProcesses() throws Exception {
        Path data = StripedImages.write(folder.resolve("stripes"), 240, 60);
        Process first = start(data, "runs", 20);
        Process second = start(data, "runs", 20);
        List<String> ofFirst = lines(first);
        List<String> ofSecond = lines(second);
        List<String> all = new ArrayList<>(begun(ofFirst));
        all.addAll(begun(ofSecond));
        assertEquals(SEEDS + 1, all.size(), all.toString());
        assertEquals(SEEDS + 1, all.stream().distinct().count(), all.toString());
        assertTrue(!begun(ofFirst).isEmpty() && !begun(ofSecond).isEmpty(), all.toString());
        assertTrue(ofFirst.contains("finished " + (SEEDS + 1)) && ofSecond.contains("finished " + (SEEDS + 1)));
        RunPlan plan = plan(data, 20);
        FinishedRuns alone = new PlanExecutor(new RunStore(folder.resolve("alone"), PlanListener.NONE), 2,
                PlanListener.NONE).execute(plan);
        RunStore shared = new RunStore(folder.resolve("runs"), PlanListener.NONE);
        for (RunSpec run : plan.runs()) {
            FinishedRun there = shared.finished(run).orElseThrow();
            assertArrayEquals(Files.readAllBytes(alone.get(run).folder().resolve("history.lethe")),
                    Files.readAllBytes(there.folder().resolve("history.lethe")), run.label());
        }
    }

    @Test
    void shouldGoOnWhereAnotherProcessWasKilled() throws Exception {
        Path data = StripedImages.write(folder.resolve("stripes"), 240, 60);
        Process killed = start(data, "runs", 20);
        Process other = start(data, "runs", 20);
        assertTrue(killed.inputReader().lines().anyMatch(line -> line.startsWith("begun ")), "a run is begun");
        killed.destroyForcibly();
        List<String> ofOther = lines(other);
        assertTrue(ofOther.contains("finished " + (SEEDS + 1)), ofOther.toString());
        assertTrue(begun(ofOther).size() >= SEEDS, ofOther.toString());
    }
}
