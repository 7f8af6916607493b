package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.StripedImages;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.tracker.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnNetworkTest {
    @TempDir
    private Path folder;
    private DataSet data;

    @BeforeEach
    void writeData() throws IOException {
        data = DataSets.load(StripedImages.write(folder.resolve("stripes"), 128, 64).toString());
    }

    @Test
    void shouldTrainATrackedRunAndTestIt() throws IOException {
        FinishedRun run = OwnNetwork.train(data, folder.resolve("runs"));
        assertEquals(128, run.scores().examples());
        assertEquals(2, run.trainedEpochs());
        assertEquals(run.folder(), OwnNetwork.train(data, folder.resolve("runs")).folder());
        assertEquals(run.epochs().getLast().testAccuracy(), OwnNetwork.testAccuracy(run, data));
    }

    @Test
    void shouldPresentTheExamplesThatAreGivenAlone() throws IOException {
        FinishedRun run = OwnNetwork.trainOnHardOnes(data, IntStream.range(64, 128).toArray(), folder.resolve("runs"));
        try (History history = run.history()) {
            assertEquals(64, history.totals(1).presentations());
            assertEquals(List.of(false, true), List.of(history.seen(2, 63), history.seen(2, 64)));
        }
    }

    @Test
    void shouldShareRunsBetweenStudies() throws IOException {
        OwnNetwork.forgetting(data, folder);
        assertTrue(Files.exists(folder.resolve("forgetting/report.html")));
        double[] byId = IntStream.range(0, 128).asDoubleStream().toArray();
        List<String> table = OwnNetwork.removal(data, byId, folder).table();
        assertTrue(Files.exists(folder.resolve("removal/report.html")));
        assertTrue(table.stream().anyMatch(line -> line.contains("easiest:forgetting")), table.toString());
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            assertEquals(2 + 2 * 2 * 2, runs.filter(Files::isDirectory).count(), "two seeds of two rules and shares");
        }
    }
}
