package dev.lethe.run.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.StripedImages;
import dev.lethe.io.Json;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.run.PlanListener;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.execute.PlanExecutor;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TasksCsvTest {
    private static final int EPOCHS = 4;

    @TempDir
    private Path folder;
    private RunSpec spec;
    private Path file;

    @BeforeEach
    void train() throws IOException {
        Path data = StripedImages.write(folder.resolve("stripes"), 96, 24);
        spec = RunSpec
                .of(RunSettings.of(data.toString(), "mlp",
                        TrainingConfig.of(new Optimizer.Sgd(0.5f, false, 0)).withSeed(1).withEpochs(1).withBatch(24)
                                .withLearningRate(0.05f))
                        .on("cpu", 1))
                .with(new Procedure.Alternating(Procedure.Alternating.Tasks.RANDOM, 48, 2, 1, List.of()));
        file = read().folder().resolve("tasks.csv");
    }

    private FinishedRun read() throws IOException {
        return new PlanExecutor(new RunStore(folder.resolve("runs"), PlanListener.NONE), 1, PlanListener.NONE)
                .execute(RunPlan.of(List.of(spec))).get(spec);
    }

    private void makeEarlier() throws IOException {
        Path manifest = file.resolveSibling("run.json");
        Map<Object, Object> fields = new LinkedHashMap<>(Json.read(manifest));
        fields.remove("epochs");
        fields.remove("files");
        Json.write(manifest, fields);
    }

    @Test
    void shouldReadTheEpochsOfBothTasks() throws IOException {
        List<TasksCsv.Row> rows = TasksCsv.read(read());
        assertEquals(List.of(1, 2, 1, 2), rows.stream().map(TasksCsv.Row::trainedOn).toList());
        assertEquals(EPOCHS, read().epochs().size());
        makeEarlier();
        assertEquals(rows, TasksCsv.read(read()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"\\n2,2,; \\n2,3,; the task that was trained on must be 1 or 2",
            "\\n2,2,; \\n2,x,; numbers are needed and 'x' is none", "\\n2,2,; \\n3,2,; 4 numbers of epoch 2 are needed",
            "\\n2,2,; \\n2,; 4 numbers of epoch 2 are needed", "trained_on; on; begins with 'epoch,on,"})
    void shouldSayWhatIsWrongInOneSentence(String text, String altered, String expected) throws IOException {
        String replaced = Files.readString(file).replace(text.replace("\\n", "\n"), altered.replace("\\n", "\n"));
        Files.writeString(file, replaced);
        assertTrue(refusal().contains(" where run.json has "), refusal());
        makeEarlier();
        assertTrue(refusal().contains(expected), refusal());
    }

    @Test
    void shouldRefuseLostRows() throws IOException {
        String text = Files.readString(file);
        makeEarlier();
        Files.writeString(file, text.substring(0, text.lastIndexOf("\n4,") + 1));
        assertTrue(refusal().contains("has 3 rows where the run has 4 epochs"), refusal());
        Files.delete(file);
        assertTrue(refusal().contains("tasks.csv is missing"), refusal());
    }

    private String refusal() {
        String message = assertThrows(RunException.class, this::read).getMessage();
        assertTrue(message.startsWith(file.toString()) && !message.contains("\n"), message);
        return message;
    }
}
