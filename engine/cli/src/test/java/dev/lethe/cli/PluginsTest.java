package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataFormat;
import dev.lethe.data.DataSet;
import dev.lethe.data.DataSetException;
import dev.lethe.data.DataSets;
import dev.lethe.data.StripedImages;
import dev.lethe.examples.SeedSpreadStudy;
import dev.lethe.examples.TextDigits;
import dev.lethe.io.Json;
import dev.lethe.study.StudyProvider;
import dev.lethe.study.StudyType;
import dev.lethe.study.registry.StudyRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies and data formats of other jars, which a folder of service files stands for. */
class PluginsTest {
    @TempDir
    private Path folder;
    private ClassLoader before;
    private URLClassLoader plugins;

    private record Outcome(int exitCode, String out, String err) {}

    private static Outcome run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Lethe.run(new PrintWriter(out), new PrintWriter(err),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    @BeforeEach
    void addPlugins() throws IOException {
        before = Thread.currentThread().getContextClassLoader();
        Files.createDirectories(folder.resolve("plugin/META-INF/services"));
        plugins = new URLClassLoader(new URL[]{folder.resolve("plugin").toUri().toURL()}, before);
        Thread.currentThread().setContextClassLoader(plugins);
    }

    @AfterEach
    void removePlugins() throws IOException {
        Thread.currentThread().setContextClassLoader(before);
        plugins.close();
    }

    private void register(Class<?> service, String... providers) throws IOException {
        Files.write(folder.resolve("plugin/META-INF/services").resolve(service.getName()), List.of(providers));
    }

    /** A provider of a study with a name that is given by a subclass. */
    abstract static class Named implements StudyProvider {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public List<StudyType> studies() {
            return List.of(new StudyType(name, "Asks nothing.", List.of(), _ -> new SeedSpreadStudy()));
        }
    }

    /** A provider of a study that is called as one of Lethe. */
    public static final class Taken extends Named {
        public Taken() {
            super("forgetting");
        }
    }

    /** A provider of a study that is called as the report of several. */
    public static final class TakenByAll extends Named {
        public TakenByAll() {
            super("all");
        }
    }

    /** A provider of a study whose name is no word of a command line. */
    public static final class Unspeakable extends Named {
        public Unspeakable() {
            super("my study");
        }
    }

    /** A provider that cannot be made. */
    public static final class Failing extends Named {
        public Failing() {
            super(refuse());
        }

        private static String refuse() {
            throw new IllegalStateException("no licence");
        }
    }

    /** A format that takes every file, as TextDigits does with some. */
    public static final class Anything implements DataFormat {
        @Override
        public String description() {
            return "anything";
        }

        @Override
        public boolean recognises(Path path) {
            return true;
        }

        @Override
        public DataSet read(Path path, Consumer<String> notices) throws IOException {
            throw new IOException("torn in two");
        }
    }

    private Path digits() throws IOException {
        Random random = new Random(3);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            int label = i % 10;
            lines.append(label);
            for (int p = 0; p < 64; p++) {
                lines.append(',').append(p / 6 == label ? 16 : random.nextInt(8));
            }
            lines.append('\n');
        }
        return Files.writeString(folder.resolve("some.digits"), lines);
    }

    @Test
    void shouldRunAStudyOfAnotherJar() throws IOException {
        register(StudyProvider.class, SeedSpreadStudy.Provider.class.getName());
        Path data = StripedImages.write(folder.resolve("stripes"), 96, 32);
        Path out = folder.resolve("out");
        Outcome outcome = run("study", "seed-spread", "--data", data, "--seeds", 2, "--epochs", 1, "--out", out,
                "--threads", 1);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("Test accuracies lie 0."), outcome.out());
        assertEquals("seed-spread", Json.read(out.resolve("results.json")).get("study"));
        assertTrue(Files.readString(out.resolve("report.html")).contains("Spread over seeds: stripes, mnist-cnn"));
        assertTrue(run("study", "--help").out().contains("seed-spread"));
        assertTrue(run("study", "all", "--help").out().contains("seed-spread"));
    }

    @Test
    void shouldTrainOnADataSetOfAnotherFormat() throws IOException {
        register(DataFormat.class, TextDigits.class.getName());
        Path file = digits();
        assertEquals(80, DataSets.load(file.toString()).train().examples());
        Outcome shown = run("data", "show", file);
        assertEquals(0, shown.exitCode(), shown.err());
        assertTrue(shown.out().contains("80 images, height 8, width 8, channels 1"), shown.out());
        Outcome trained = run("train", "--data", file, "--model", "mlp", "--epochs", 1, "--out", folder.resolve("out"),
                "--threads", 1);
        assertEquals(0, trained.exitCode(), trained.err());
        assertEquals(
                "lethe: output folder " + folder + " holds the data set " + file
                        + ", whose files could be overwritten: "
                        + "choose another folder, or move the data" + System.lineSeparator(),
                run("train", "--data", file, "--model", "mlp", "--epochs", 1, "--out", folder).err());
        assertTrue(run("data", "show", file, "--resize", 4).err().contains("is not a folder of images"));
    }

    @Test
    void shouldSayWhatAFormatCannotRead() throws IOException {
        Path file = folder.resolve("few.digits");
        Files.writeString(file, "1,2,3\n");
        assertTrue(run("data", "show", file).err().contains("unknown data set '" + file + "'"));
        register(DataFormat.class, TextDigits.class.getName());
        assertEquals("lethe: " + file + " has a line of 3 numbers: a label and 64 pixels are needed"
                + System.lineSeparator(), run("data", "show", file).err());
        register(DataFormat.class, Anything.class.getName());
        assertEquals("lethe: " + file + " cannot be read: torn in two" + System.lineSeparator(),
                run("data", "show", file).err());
        register(DataFormat.class, TextDigits.class.getName(), Anything.class.getName());
        assertEquals(file + " is taken for a data set by several formats: digits as text (*.digits) ("
                + TextDigits.class.getName() + "); anything (" + Anything.class.getName()
                + "): take all but one of them off the class path",
                assertThrows(DataSetException.class, () -> DataSets.load(file.toString())).getMessage());
        assertEquals(60_000, DataSets.load("mnist").train().examples(), "a name is no file");
    }

    @Test
    void shouldNameAProviderThatCannotBeUsed() throws IOException {
        assertEquals("lethe: study 'forgetting' of " + Taken.class.getName()
                + " has the name of another study: choose another", error(Taken.class.getName()));
        assertEquals("lethe: study 'all' of " + TakenByAll.class.getName()
                + " has the name of another study: choose another", error(TakenByAll.class.getName()));
        assertEquals("lethe: study 'my study' of " + Unspeakable.class.getName()
                + " has a name that cannot be typed: choose lower-case letters, digits and hyphens",
                error(Unspeakable.class.getName()));
        String absent = error("org.example.Absent");
        assertTrue(absent.startsWith("lethe: a provider of studies cannot be loaded, ")
                && absent.contains("org.example.Absent")
                && absent.endsWith(": mend its class, or take the JAR or folder that provides it off the path"),
                absent);
        String failing = error(Failing.class.getName());
        assertTrue(failing.contains("by java.lang.IllegalStateException: no licence"), failing);
        Files.write(Files.createDirectories(folder.resolve("plugin/org/example")).resolve("Torn.class"), new byte[9]);
        String torn = error("org.example.Torn");
        assertTrue(torn.startsWith("lethe: a provider of studies cannot be loaded, ")
                && torn.endsWith(": mend its class, or take the JAR or folder that provides it off the path"), torn);
        register(StudyProvider.class);
        assertEquals(12, StudyRegistry.all().size());
    }

    /** Returns the only line that a command prints with a provider. */
    private String error(String provider) throws IOException {
        register(StudyProvider.class, provider);
        Outcome outcome = run("doctor");
        assertEquals(1, outcome.exitCode());
        assertEquals("", outcome.out());
        List<String> lines = outcome.err().lines().toList();
        assertEquals(1, lines.size(), outcome.err());
        return lines.getFirst();
    }
}
