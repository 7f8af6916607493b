package dev.lethe.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.data.StripedImages;
import dev.lethe.nativelib.cuda.StandIns;
import dev.lethe.run.store.RunFolder;
import dev.lethe.tracker.History;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first minutes of a pack with the bindings of CUDA where it is unpacked, on stand-ins for NVIDIA's driver, cuDNN
 * and NVRTC. The pack is without benchmarks, whose jar is made after the tests.
 */
@Tag("slow")
class CudaPackTest {
    private static final int EPOCHS = 2;
    private static final int STEPS = 3; // of an epoch
    private static final int BATCH = 16;

    @TempDir
    private static Path made;

    private static Path libraries;
    private static Path launcher;
    private static Path data;

    @TempDir
    private Path folder;

    /** The end of a process: its exit code, what it said, and what the stand-ins counted. */
    private record Outcome(int exitCode, String said, Properties counts) {
        void requireSuccess() {
            assertEquals(0, exitCode, said);
            requireNothingIsLeft();
        }

        String requireRefusal() {
            assertEquals(1, exitCode, said);
            return said.lines().filter(line -> line.startsWith("lethe: ")).findFirst().orElse(said);
        }

        void requireNothingIsLeft() {
            assertTrue(counts.containsKey("left.device.blocks"), counts + said);
            counts.stringPropertyNames().stream().filter(name -> name.startsWith("left."))
                    .forEach(name -> assertEquals("0", counts.getProperty(name), name + " " + said));
        }
    }

    @BeforeAll
    static void unpack() throws IOException, InterruptedException {
        assumeTrue(StandIns.unavailable().isEmpty(), () -> StandIns.unavailable().toString());
        libraries = StandIns.folder();
        Path archive = made.resolve("pack.tar.gz");
        new Pack("1.2.3", PackTest.classPath(), true, Set.of(OptionalContent.MNIST, OptionalContent.FIGURES))
                .write(archive, ArchiveFormat.GZIP, false, _ -> {});
        Path place = Files.createDirectory(made.resolve("empty"));
        assertEquals(0, new ProcessBuilder("tar", "xzf", archive.toString()).directory(place.toFile()).start()
                .waitFor());
        launcher = place.resolve("lethe-1.2.3").resolve("lethe");
        data = StripedImages.write(made.resolve("stripes"), STEPS * BATCH, BATCH);
    }

    /** Runs Lethe as a user without Java and without a home folder. */
    private Outcome lethe(Map<String, String> settings, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Path report = folder.resolve("report.properties");
        Files.deleteIfExists(report);
        Path said = folder.resolve("said.txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent", "LETHE_CACHE",
                made.resolve("cache").toString(), "STANDIN_REPORT", report.toString()));
        builder.environment().putAll(StandIns.environment(libraries));
        builder.environment().putAll(settings);
        Process process = builder.start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        Properties counts = new Properties();
        if (Files.exists(report)) {
            try (InputStream in = Files.newInputStream(report)) {
                counts.load(in);
            }
        }
        return new Outcome(process.exitValue(), Files.readString(said), counts);
    }

    private Outcome train(Map<String, String> settings, String run, String... more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("train", "--backend", "cudnn", "--data", data.toString(),
                "--epochs", String.valueOf(EPOCHS), "--batch", String.valueOf(BATCH), "--out", run));
        arguments.addAll(List.of(more));
        return lethe(settings, arguments.toArray(String[]::new));
    }

    private Path run(String out) throws IOException {
        return RunFolder.onlyRun(folder.resolve(out));
    }

    private int epochs(String out) throws IOException {
        try (History history = History.open(run(out).resolve(RunFolder.HISTORY))) {
            return history.epochs();
        }
    }

    private Set<String> files(String out) throws IOException {
        try (Stream<Path> files = Files.list(run(out))) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void assertMatches(String pattern, String text) {
        assertTrue(text.matches(pattern), text);
    }

    @Test
    void shouldNameTheDeviceItsDriverAndItsLibraries() throws IOException, InterruptedException {
        Outcome doctor = lethe(Map.of(), "doctor");
        doctor.requireSuccess();
        String backend = doctor.said.lines().filter(line -> line.startsWith("Backend cudnn")).findFirst().orElseThrow();
        assertMatches("Backend cudnn +available: Stand-in GPU; driver for CUDA 13\\.0; cuDNN 9\\.\\d+\\.\\d+; "
                + "libraries from " + libraries, backend);
    }

    @Test
    void shouldTrainToTheEnd() throws IOException, InterruptedException {
        Outcome trained = train(Map.of(), "out");
        trained.requireSuccess();
        assertEquals(EPOCHS, epochs("out"));
        assertTrue(files("out").containsAll(Set.of("checkpoint", "run.json", RunFolder.SCORES)), trained.said);
        assertTrue(trained.said.contains("after " + EPOCHS + " epochs\n"), trained.said);
    }

    @Test
    void shouldKeepTheEpochsBeforeADeviceWasLost() throws IOException, InterruptedException {
        train(Map.of(), "whole").requireSuccess();
        Outcome lost = train(Map.of("STANDIN_ILLEGAL_ACCESS", "sgd", "STANDIN_ILLEGAL_ACCESS_AFTER",
                String.valueOf(STEPS + 1)), "lost");
        assertMatches(
                "lethe: cu\\w+ reports CUDA error 700, .*; the epochs that the history has are kept: "
                        + "resume the run",
                lost.requireRefusal());
        assertEquals(1, epochs("lost"), lost.said);
        assertEquals(Set.of("checkpoint", "config.json", RunFolder.HISTORY, "history.lethe.lock", RunFolder.METRICS,
                "run.lock"), files("lost"));
        train(Map.of(), "lost", "--resume").requireSuccess();
        for (String file : List.of(RunFolder.HISTORY, RunFolder.SCORES)) {
            assertArrayEquals(Files.readAllBytes(run("whole").resolve(file)),
                    Files.readAllBytes(run("lost").resolve(file)), file);
        }
    }

    @Test
    void shouldSayThatADeviceHasTooLittleMemory() throws IOException, InterruptedException {
        Outcome small = train(Map.of("STANDIN_MEMORY", "100000"), "out");
        small.requireNothingIsLeft();
        assertMatches(
                "lethe: Stand-in GPU has [1-9]\\S* KiB of memory free of 97\\.66 KiB, and [1-9]\\S* [KM]iB more are "
                        + "needed: choose a smaller batch, .*",
                small.requireRefusal());
        assertEquals(Set.of("run.lock"), files("out"), "nothing was begun");
    }

    @Test
    void shouldTrainWithoutGraphsWhereACaptureIsRefused() throws IOException, InterruptedException {
        Outcome refused = train(Map.of("STANDIN_REFUSE_IN_CAPTURE", "sgd"), "out");
        refused.requireNothingIsLeft();
        assertMatches("lethe: conv1.weight, kernel sgd of .*CUDA error 900.* set LETHE_CUDA_EAGER=1 to train without "
                + "graphs; .*", refused.requireRefusal());
        assertEquals(0, epochs("out"));
        train(Map.of("STANDIN_REFUSE_IN_CAPTURE", "sgd", "LETHE_CUDA_EAGER", "1"), "out", "--resume").requireSuccess();
        assertEquals(EPOCHS, epochs("out"));
    }
}
