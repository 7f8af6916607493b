package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {
    @TempDir
    private Path temporary;

    private CheckpointFolder written(int epoch) throws IOException {
        CheckpointFolder folder = new CheckpointFolder(temporary.resolve("run"));
        folder.write(States.after(epoch));
        return folder;
    }

    private Path file(String name) {
        return temporary.resolve("run/checkpoint").resolve(name);
    }

    private String refusal(CheckpointFolder folder, RunIdentity expected) {
        String message = assertThrows(CheckpointException.class, () -> folder.read(expected)).getMessage();
        assertTrue(message.startsWith(temporary.resolve("run/checkpoint").toString()), message);
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void shouldReadTheStateThatWasWrittenLast() throws IOException {
        CheckpointFolder folder = written(1);
        assertEquals(Optional.of(States.after(1)), folder.read(States.RUN));
        folder.write(States.after(2));
        assertEquals(Optional.of(States.after(2)), folder.read(States.RUN));
        assertEquals(List.of("checkpoint"), States.names(temporary.resolve("run")));
        assertEquals(List.of("optimizer.safetensors", "state.json", "weights.safetensors"),
                States.names(temporary.resolve("run/checkpoint")));
    }

    @Test
    void shouldFindNoCheckpointWhereThereIsNone() throws IOException {
        assertEquals(Optional.empty(), new CheckpointFolder(temporary).read(States.RUN));
        assertEquals(Optional.empty(), new CheckpointFolder(temporary.resolve("missing")).read(States.RUN));
    }

    @Test
    void shouldKeepARunWithoutOptimizerState() throws IOException {
        TrainingState state = new TrainingState(States.RUN, 0, States.after(0).weights(), Map.of());
        CheckpointFolder folder = new CheckpointFolder(temporary);
        folder.write(state);
        assertEquals(Optional.of(state), folder.read(States.RUN));
    }

    @Test
    void shouldWriteTensorsThatOtherToolsRead() throws IOException {
        written(4);
        assertEquals(new Safetensors(States.after(4).weights(), Map.of("format", "pt")),
                Safetensors.read(file("weights.safetensors")));
        assertEquals(States.after(4).optimizer(), Safetensors.read(file("optimizer.safetensors")).arrays());
    }

    @Test
    void shouldNameBothValuesWhereAnotherRunWantsToGoOn() throws IOException {
        CheckpointFolder folder = written(1);
        RunIdentity run = States.RUN;
        Sha256 other = Sha256.ofText("other");
        assertTrue(refusal(folder, new RunIdentity("mnist-cnn", run.seed(), run.configuration(), run.data()))
                .contains("the checkpoint has model=resnet18 where this run has model=mnist-cnn: choose another"));
        assertTrue(refusal(folder, new RunIdentity(run.model(), 7, run.configuration(), run.data()))
                .contains("has seed=-3 where this run has seed=7: choose another folder, or move the checkpoint away"));
        String configuration = refusal(folder, new RunIdentity(run.model(), run.seed(), other, run.data()));
        assertTrue(configuration.contains("configuration hash=" + run.configuration()), configuration);
        assertTrue(configuration.contains("where this run has configuration hash=" + other), configuration);
        String data = refusal(folder, new RunIdentity(run.model(), run.seed(), run.configuration(), other));
        assertTrue(data.contains("data fingerprint=" + run.data()), data);
        assertTrue(data.contains("where this run has data fingerprint=" + other), data);
        assertEquals(Optional.of(States.after(1)), folder.read(run), "nothing is changed by a refusal");
    }

    @Test
    void shouldRefuseAFormatItDoesNotKnow() throws IOException {
        CheckpointFolder folder = written(1);
        Path state = file("state.json");
        Files.writeString(state, Files.readString(state).replace("\"format_version\" : 1", "\"format_version\" : 2"));
        String message = refusal(folder, States.RUN);
        assertTrue(message.contains("format_version=2, this version of Lethe reads 1: use the version that wrote it"),
                message);
    }

    @Test
    void shouldRefuseAMissingFile() throws IOException {
        for (String name : List.of("state.json", "weights.safetensors", "optimizer.safetensors")) {
            CheckpointFolder folder = written(1);
            Files.delete(file(name));
            String message = refusal(folder, States.RUN);
            assertTrue(message.startsWith(file(name) + ": the file is missing; put a copy of the "
                    + "checkpoint back, or move it away"), message);
        }
    }

    @Test
    void shouldRefuseTensorsOfAnotherCheckpoint() throws IOException {
        CheckpointFolder folder = written(1);
        byte[] older = Files.readAllBytes(file("weights.safetensors"));
        folder.write(States.after(2));
        Files.write(file("weights.safetensors"), older);
        String message = refusal(folder, States.RUN);
        assertTrue(message.contains("weights.safetensors: sha256=" + Sha256.of(older) + " where state.json has "),
                message);
    }

    @Test
    void shouldNameAWholeCheckpointBesideADamagedOneAndKeepIt() throws IOException {
        CheckpointFolder folder = written(1);
        Path run = temporary.resolve("run");
        Files.move(run.resolve("checkpoint"), run.resolve("kept"));
        folder.write(States.after(2));
        Files.move(run.resolve("kept"), run.resolve("checkpoint.old")); // of a process that died before it deleted it
        Files.write(file("weights.safetensors"), new byte[0]);
        String message = refusal(folder, States.RUN);
        assertTrue(message.endsWith("; " + run.resolve("checkpoint.old") + " beside it is whole, after epoch 1, and is "
                + "used where " + run.resolve("checkpoint") + " is moved away"), message);
        folder.removeLeftovers();
        assertEquals(message, refusal(folder, States.RUN));
        Files.move(run.resolve("checkpoint"), temporary.resolve("away"));
        assertEquals(Optional.of(States.after(1)), folder.read(States.RUN));
    }

    @Test
    void shouldNeverAdviseToDeleteACheckpoint() throws IOException {
        for (String name : List.of("state.json", "weights.safetensors", "optimizer.safetensors")) {
            for (byte[] content : new byte[][]{{}, {'{'}, "{}".getBytes(), new byte[4096]}) {
                CheckpointFolder folder = written(1);
                Files.write(file(name), content);
                String message = refusal(folder, States.RUN);
                assertFalse(message.contains("delete"), message);
                assertTrue(message.contains(name), message);
            }
        }
    }

    @Test
    void shouldRefuseAnAlteredState() throws IOException {
        CheckpointFolder folder = written(1);
        Path state = file("state.json");
        String text = Files.readString(state);
        Files.writeString(state, text.replace("\"epoch\" : 1", "\"epoch\" : 2"));
        assertTrue(refusal(folder, States.RUN).contains("where its values give"));
        Files.writeString(state, text.replace("\"epoch\"", "\"epochs\""));
        assertTrue(refusal(folder, States.RUN).contains("checksum="));
        Files.writeString(state, text.replace("\"format_version\"", "\"format\""));
        assertTrue(refusal(folder, States.RUN).contains("format_version=nothing: a whole number is needed"));
        Files.writeString(state, "[]");
        assertTrue(refusal(folder, States.RUN).contains("is not a JSON object"));
        Files.writeString(state, text.replaceAll("\\s+", " "));
        assertEquals(Optional.of(States.after(1)), folder.read(States.RUN));
    }

    /** The file has the form of earlier versions. */
    @Test
    void shouldReadAStateWithoutMetrics() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(temporary);
        TrainingState state = new TrainingState(States.RUN, 3, States.after(3).weights(), States.after(3).optimizer());
        folder.write(state);
        assertFalse(Files.readString(temporary.resolve("checkpoint/state.json")).contains("metrics"));
        assertEquals(Optional.of(state), folder.read(States.RUN));
    }

    @Test
    void shouldRefuseStatesThatAreNone() {
        assertThrows(IllegalArgumentException.class,
                () -> new TrainingState(States.RUN, 2, Map.of(), Map.of(), List.of("1,0.5")));
        assertThrows(IllegalArgumentException.class,
                () -> new TrainingState(States.RUN, 1, Map.of(), Map.of(), List.of("\ud800")));
        assertThrows(IllegalArgumentException.class, () -> new TrainingState(States.RUN, -1, Map.of(), Map.of()));
        assertThrows(IllegalArgumentException.class,
                () -> new RunIdentity(" ", 1, Sha256.UNSPECIFIED, Sha256.UNSPECIFIED));
    }
}
