package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.StripedImages;
import dev.lethe.run.store.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sentences of commands that fail on a file: its name, what is wrong, and what to do. */
class MessagesTest {
    @TempDir
    private Path folder;
    private Path data;
    private Path out;

    private record Outcome(int exitCode, String out, String err) {}

    @BeforeEach
    void writeASmallDataSet() throws IOException {
        data = StripedImages.write(folder.resolve("stripes"), 120, 40);
        out = folder.resolve("out");
    }

    private static Outcome run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Lethe.run(new PrintWriter(out), new PrintWriter(err),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private static String failed(Object... arguments) {
        Outcome outcome = run(arguments);
        assertEquals(1, outcome.exitCode(), outcome.out() + outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        return outcome.err().strip();
    }

    private Object[] train(Object... more) {
        return Stream.concat(Stream.of("train", "--data", data, "--out", out, "--threads", 1, "--batch", 24, "--epochs",
                1), Stream.of(more)).toArray();
    }

    private Object[] study(Object... more) {
        return Stream.concat(Stream.of("study", "forgetting", "--data", data, "--out", out, "--threads", 1, "--batch",
                24, "--epochs", 1, "--seeds", 1), Stream.of(more)).toArray();
    }

    @Test
    void shouldNameWeightsThatCannotBeRead() throws IOException {
        assertEquals("lethe: weights nope do not exist: name a safetensors file", failed(train("--weights", "nope")));
        assertEquals("lethe: weights " + folder + " are no file: name a safetensors file",
                failed(train("--weights", folder)));
        Path text = Files.writeString(folder.resolve("w.safetensors"), "not a tensor in sight");
        assertTrue(failed(train("--weights", text)).startsWith("lethe: " + text + ": header length="));
        assertFalse(Files.exists(out));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`',
            value = {"``; is empty", "`{\"data\": `; is cut off or altered at",
                    "[1]; holds no object", "\u00ff; holds no object"})
    void shouldNameASettingsFileThatIsDamaged(String text, String problem) throws IOException {
        assertEquals(0, run(train()).exitCode());
        Path run = RunFolder.onlyRun(out);
        Files.delete(run.resolve("run.json")); // as if the run had not been finished: its digests would tell
        for (Path file : new Path[]{run.resolve("config.json"), out.resolve("study.json")}) {
            String before = Files.readString(file);
            Files.writeString(file, text);
            String refused = failed(train("--resume"));
            assertTrue(refused.startsWith("lethe: " + file + " " + problem), refused);
            if (file.endsWith("config.json")) {
                assertTrue(failed("eval", out).startsWith("lethe: " + file + " " + problem));
            }
            Files.writeString(file, before);
        }
    }

    @Test
    void shouldNameAFieldThatIsMissing() throws IOException {
        assertEquals(0, run(study()).exitCode());
        Path run;
        try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
            run = runs.findFirst().orElseThrow();
        }
        Path config = run.resolve("config.json");
        String before = Files.readString(config);
        for (String field : new String[]{"data_fingerprint", "data", "model", "epochs", "backend",
                "optimizer", "convolutions"}) {
            Files.writeString(config, before.replace("\"" + field + "\" :", "\"other\" :"));
            String refused = failed("eval", run);
            assertTrue(refused.contains(field) && refused.contains("config.json"), refused);
        }
    }

    @Test
    void shouldNameWhatIsMissingOfAFinishedRun() throws IOException {
        assertEquals(0, run(study()).exitCode());
        try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
            Path predictions = runs.findFirst().orElseThrow().resolve("predictions.npy");
            Files.delete(predictions);
            String refused = failed(study());
            assertTrue(refused.startsWith("lethe: " + predictions + " is missing: move "), refused);
        }
    }

    @Test
    void shouldNameALabelFileThatIsNoText() throws IOException {
        Path labels = Files.write(folder.resolve("labels.txt"), new byte[]{(byte) 0xE9, '\n'});
        assertEquals("lethe: " + labels + " is not text in UTF-8: write one label or id,label a line",
                failed(train("--labels", labels)));
        assertEquals("lethe: labels nope cannot be read: it does not exist, or is a link to nothing",
                failed(train("--labels", "nope")));
    }

    @Test
    void shouldNameAFolderThatCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        String refused = failed(study("--runs", file));
        assertTrue(refused.contains(file.toString()) && refused.contains("choose another"), refused);
        out = file.resolve("below");
        for (Object[] command : new Object[][]{train(), study()}) {
            refused = failed(command);
            assertTrue(refused.contains(file.toString()) && refused.contains("choose another"), refused);
        }
        out = folder.resolve("x".repeat(300));
        refused = failed(train());
        assertTrue(refused.contains("File name too long") && refused.contains("choose another"), refused);
    }
}
