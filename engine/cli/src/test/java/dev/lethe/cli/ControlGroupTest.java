package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.StripedImages;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.ModelZoo;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.execute.PlanExecutor;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes in control groups of Linux, if this machine lets tests make some: who takes too much is killed there. */
@Timeout(120)
class ControlGroupTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final long JVM = 240 * MEBIBYTE;
    /** Examples of a batch: so many that a third run does not fit into the part of {@link #JVM} that the JVM leaves. */
    private static final int EXAMPLES = 16_384;

    @TempDir
    private Path folder;
    private Path group;

    /** A process that executes a plan of several runs at once: arguments are data set and folder of runs. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws IOException {
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            RunPlan plan = RunPlan.of(IntStream.rangeClosed(1, 3)
                    .mapToObj(seed -> RunSpec.of(settings(Path.of(arguments[0])).withSeed(seed))).toList());
            new PlanExecutor(new RunStore(Path.of(arguments[1]), PlanListener.NONE), 3, _ -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                return running::decrementAndGet;
            }).execute(plan);
            System.out.println("most at once " + most);
        }
    }

    private static RunSettings settings(Path data) {
        return RunSettings.of(data.toString(), "mnist-cnn",
                TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(2).withBatch(EXAMPLES)
                        .withLearningRate(0.05f))
                .on("cpu", 1);
    }

    @BeforeEach
    void makeGroup() {
        String name = "lethe-test-" + ProcessHandle.current().pid();
        for (String mount : List.of("/sys/fs/cgroup/memory", "/sys/fs/cgroup")) {
            Path made = Path.of(mount).resolve(name);
            try {
                Files.createDirectory(made);
            } catch (IOException _) { // not mounted, or not ours to change
                continue;
            }
            group = made;
            if (limitFile() != null) {
                return;
            }
            removeGroup();
        }
        assumeTrue(group != null, "this machine lets nobody make control groups with a limit of memory");
    }

    private Path limitFile() {
        return Stream.of("memory.limit_in_bytes", "memory.max").map(group::resolve).filter(Files::isWritable)
                .findFirst().orElse(null);
    }

    @AfterEach
    void removeGroup() {
        if (group != null) {
            group.toFile().delete(); // a group without processes
            group = null;
        }
    }

    private record Ended(int exitCode, String output) {}

    private Ended run(long limit, String main, List<String> arguments) throws IOException, InterruptedException {
        Files.writeString(limitFile(), String.valueOf(limit));
        List<String> command = new ArrayList<>(List.of("sh", "-c",
                "echo $$ > " + group + "/cgroup.procs && exec \"$@\"",
                "sh", ProcessHandle.current().info().command().orElseThrow(), "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx96m", "-cp",
                System.getProperty("java.class.path"), "-Dlethe.cache=" + System.getProperty("lethe.cache"), main));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = String.join("\n", process.inputReader().lines().toList());
        return new Ended(process.waitFor(), output);
    }

    @Test
    @Tag("slow")
    void shouldTrainTwoAtOnceWhereTwoFit() throws Exception {
        Path data = StripedImages.write(folder.resolve("stripes"), EXAMPLES, 64);
        DataSet loaded = settings(data).load(PlanListener.NONE);
        long need;
        try (Backend backend = Backends.open("cpu", 1);
                Trainer trainer = new Trainer(backend, ModelZoo.create("mnist-cnn", loaded.classes()), loaded,
                        settings(data).training(), settings(data).arithmetic())) {
            need = trainer.memory().total();
        }
        assertTrue(need > 100 * MEBIBYTE, "bytes " + need);
        Ended ended = run(JVM + (long) (2.3 * need), Worker.class.getName(),
                List.of(data.toString(), folder.resolve("runs").toString()));
        assertEquals(0, ended.exitCode, ended.output);
        assertTrue(ended.output.contains("most at once 2"), ended.output);
    }

    @Test
    void shouldRefuseARunThatDoesNotFit() throws Exception {
        Path data = StripedImages.write(folder.resolve("stripes"), EXAMPLES, 64);
        Path out = folder.resolve("out");
        Ended ended = run(JVM + 200 * MEBIBYTE, Lethe.class.getName(), List.of("train", "--data", data.toString(),
                "--model", "resnet18", "--batch", "4096", "--threads", "1", "--out", out.toString()));
        assertEquals(1, ended.exitCode, ended.output);
        assertTrue(ended.output.contains("lethe: run 'resnet18, seed 1' needs at least "), ended.output);
        assertTrue(ended.output.contains(" are free: choose a smaller batch, "), ended.output);
    }
}
