package dev.lethe.run.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("sets the folder of the cache for the whole JVM")
class OutputFolderTest {
    private static final Map<String, Object> SETTINGS = Map.of("study", "forgetting");
    private static final String KILLED = "study.json.0123456789abcdef.partial";

    @TempDir
    private Path temporary;
    private Path out;

    @BeforeEach
    void nameFolder() {
        out = temporary.resolve("out");
    }

    private void claim() {
        OutputFolder.claim(out, SETTINGS, out.resolve("runs"));
    }

    private String refusal() {
        return assertThrows(RunException.class, this::claim).getMessage();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldClaimAFolderThatHoldsOnlyWhatKilledProcessesLeft() throws IOException {
        Files.createDirectories(out);
        for (String name : List.of(KILLED, "study.json.partial", "study.lock")) {
            Files.writeString(out.resolve(name), "{");
        }
        claim();
        assertEquals(List.of("study.json", "study.lock"), names(out));
    }

    @Test
    void shouldRemoveWhatKilledProcessesLeftInAFolderOfTheSameStudy() throws IOException {
        claim();
        Path figures = Files.createDirectories(out.resolve("figures"));
        for (String name : List.of("results.json.0123456789abcdef.partial", "report.html.partial",
                "scores.csv.01234567.new", "figures/roc.svg.0123456789abcdef.partial", "figures/roc.svg.partial")) {
            Files.writeString(out.resolve(name), "half");
        }
        Files.writeString(figures.resolve("roc.svg"), "whole");
        Files.writeString(out.resolve("notes.partial"), "precious");
        claim();
        assertEquals(List.of("figures", "notes.partial", "study.json", "study.lock"), names(out));
        assertEquals(List.of("roc.svg"), names(figures));
    }

    @Test
    void shouldClaimAFolderThatHoldsItsRunsAlone() throws IOException {
        Path run = Files.createDirectories(out.resolve("runs/mnist-mlp-seed-1-0123456789ab"));
        Files.createFile(run.resolve("run.lock"));
        claim();
        assertTrue(Files.exists(out.resolve("study.json")));
    }

    @Test
    void shouldClaimAFolderWithRunsBelowIt() throws IOException {
        Path runs = Files.createDirectories(out.resolve("kept/runs"));
        OutputFolder.claim(out, SETTINGS, runs);
        assertTrue(Files.exists(out.resolve("study.json")));
    }

    @Test
    void shouldRefuseAFolderWhoseRunsAreOfSomethingElse() throws IOException {
        Files.createFile(Files.createDirectories(out.resolve("runs/Jan01_host")).resolve("events.out.tfevents.1"));
        assertEquals("output folder " + out + " holds files that are no study of Lethe: choose another folder",
                refusal());
        assertEquals(List.of("runs"), names(out));
    }

    @Test
    void shouldRefuseAFolderWithOtherFilesBesideWhatKilledProcessesLeft() throws IOException {
        Files.createDirectories(out);
        Files.writeString(out.resolve(KILLED), "{");
        Files.writeString(out.resolve("thesis.tex"), "precious");
        assertTrue(refusal().contains("holds files that are no study of Lethe"), refusal());
        assertEquals(List.of(KILLED, "thesis.tex"), names(out));
    }

    private static RunSettings settings(String data) {
        return RunSettings.of(data, "mlp",
                TrainingConfig.of(new Optimizer.Sgd(0, false, 0)).withSeed(1).withEpochs(1).withBatch(1)
                        .withLearningRate(0.1f))
                .on("cpu", 1);
    }

    private void requireApart(Path data) {
        OutputFolder.requireApart(out, out.resolve("runs"), settings(data.toString()));
    }

    /** A class folder may be a link to another place, where a folder of results would become images too. */
    @Test
    void shouldRefuseToWriteIntoAFolderThatTheDataLinkTo() throws IOException {
        Path images = Files.createDirectories(temporary.resolve("images/train"));
        Path cats = Files.createDirectories(temporary.resolve("cats"));
        Files.createSymbolicLink(images.resolve("cat"), cats);
        out = cats.resolve("out");
        String message = assertThrows(RunException.class, () -> requireApart(images.getParent())).getMessage();
        assertEquals(
                "output folder " + out + " lies in the folder of the data set, " + images.getParent()
                        + ", where its files "
                        + "would be taken for data: choose a folder outside of it",
                message);
        out = temporary.resolve("out");
        requireApart(images.getParent());
    }

    @Test
    void shouldNotMindDataThatHaveNoFolder() {
        for (String name : List.of("mnist", "permuted-mnist", "cifar100", temporary.resolve("missing").toString())) {
            OutputFolder.requireApart(out, out.resolve("runs"), settings(name));
        }
        assertFalse(Files.exists(out));
    }

    /** Named data sets come from the cache folder. */
    @Test
    void shouldRefuseToWriteIntoANamedDataSet() throws IOException {
        Path cifar = Files.createDirectories(temporary.resolve("cache/cifar-10-batches-bin"));
        String before = System.setProperty("lethe.cache", temporary.resolve("cache").toString());
        try {
            out = cifar.resolve("out");
            String message = assertThrows(RunException.class,
                    () -> OutputFolder.requireApart(out, temporary, settings("cifar10"))).getMessage();
            assertTrue(message.contains("lies in the folder of the data set, " + cifar + ", "), message);
            out = temporary.resolve("cache/out");
            OutputFolder.requireApart(out, temporary.resolve("runs"), settings("cifar10"));
        } finally {
            System.setProperty("lethe.cache", before);
        }
    }

    @Test
    void shouldRefuseAFolderOfAnotherStudy() {
        claim();
        String message = assertThrows(RunException.class,
                () -> OutputFolder.claim(out, Map.of("study", "noise"), out.resolve("runs"))).getMessage();
        assertTrue(message.contains("holds another study, with study=forgetting"), message);
        assertFalse(Files.exists(out.resolve("runs")));
    }

    /** A run that does not fit in memory is refused before it begins; another batch must be possible then. */
    @Test
    void shouldGiveAFolderWhoseRunsNeverBeganToAnotherStudy() throws IOException {
        claim();
        Path run = Files.createDirectories(out.resolve("runs").resolve("first"));
        RunFolder.tryLock(run).orElseThrow().close();
        OutputFolder.claim(out, Map.of("study", "noise"), out.resolve("runs"));
        assertTrue(Files.readString(out.resolve("study.json")).contains("noise"));
        Files.writeString(run.resolve("config.json"), "{}");
        assertThrows(RunException.class,
                () -> OutputFolder.claim(out, Map.of("study", "early"), out.resolve("runs")));
    }

    /** Data sets are compared by content: a folder may be moved, and its path be typed in another way. */
    @Test
    void shouldKnowAStudyWhoseDataSetWasMovedAndRefuseOneWhoseImagesChanged() {
        Map<String, Object> before = Map.of("study", "noise", "data", "/old/cats", "source_fingerprint", "1",
                "test_fingerprint", "2");
        OutputFolder.claim(out, before, temporary);
        OutputFolder.claim(out, Map.of("study", "noise", "data", "/new/cats", "source_fingerprint", "1",
                "test_fingerprint", "2"), temporary);
        String message = assertThrows(RunException.class, () -> OutputFolder.claim(out, Map.of("study", "noise", "data",
                "/new/cats", "source_fingerprint", "1", "test_fingerprint", "3"), temporary)).getMessage();
        assertEquals("output folder " + out + " holds another study, with test_fingerprint=2 where this one has "
                + "test_fingerprint=3: test images or labels of the data set have changed; put them back as they "
                + "were, or choose another folder", message);
    }

    @Test
    void shouldKnowAStudyOfAnEarlierVersionWhosePathsStandAsTyped() {
        OutputFolder.claim(out, Map.of("study", "noise", "data", "src/../cats"), temporary);
        OutputFolder.claim(out, Map.of("study", "noise", "data", Path.of("cats").toAbsolutePath().toString(),
                "source_fingerprint", "1", "test_fingerprint", "2"), temporary);
        assertThrows(RunException.class, () -> OutputFolder.claim(out, Map.of("study", "noise", "data",
                Path.of("dogs").toAbsolutePath().toString(), "source_fingerprint", "1", "test_fingerprint", "3"),
                temporary));
    }

    @Test
    void shouldSayThatJobsDivideTheCoresWhereThreadsDiffer() {
        OutputFolder.claim(out, Map.of("study", "noise", "threads", 2), temporary);
        String message = assertThrows(RunException.class,
                () -> OutputFolder.claim(out, Map.of("study", "noise", "threads", 1), temporary)).getMessage();
        assertTrue(message.contains("with threads=2 where this one has threads=1: choose another folder, or give each "
                + "run the threads that it had, since several jobs divide the cores"), message);
    }
}
