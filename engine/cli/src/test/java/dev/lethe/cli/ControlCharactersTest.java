package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.cli.terminal.TerminalWriter;
import dev.lethe.data.StripedImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control characters in names of files and classes, which must not act on the terminal. */
class ControlCharactersTest {
    private static final String NAME = "a\nlethe: all is well\u001b[2J\u009b\t\u2028\u202e\u007f";
    private static final String SHOWN = "a\\nlethe: all is well\\u001b[2J\\u009b\\t\\u2028\\u202e\\u007f";

    @TempDir
    private Path folder;

    private record Outcome(int exitCode, String out, String err) {
        /** Requires that both outputs, without the line breaks that the program wrote, have no control characters. */
        Outcome requireHarmless() {
            for (String line : (out + err).split("\n")) {
                line.chars().forEach(c -> assertFalse(Character.isISOControl(c) || c == 0x2028 || c == 0x202e,
                        () -> "U+" + Integer.toHexString(c) + " in " + line));
            }
            return this;
        }
    }

    private static Outcome run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Lethe.run(new PrintWriter(out), new PrintWriter(err),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString()).requireHarmless();
    }

    private Path images(String... classes) throws IOException {
        Path data = folder.resolve("pets");
        for (String name : classes) {
            for (String split : List.of("train", "test")) {
                Path file = data.resolve(split).resolve(name).resolve("1.png");
                Files.createDirectories(file.getParent());
                BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
                image.setRGB(0, 0, 0x123456);
                ImageIO.write(image, "png", file.toFile());
            }
        }
        return data;
    }

    @Test
    void shouldShowThemInATable() throws IOException {
        Outcome shown = run("data", "show", images(NAME, "b"));
        assertEquals(0, shown.exitCode(), shown.err());
        assertTrue(shown.out().lines().anyMatch(line -> line.equals("classes      " + SHOWN + " 1, b 1")), shown.out());
    }

    @Test
    void shouldShowThemInErrorsAndNotices() throws IOException {
        Path data = images("b", NAME);
        Files.writeString(data.resolve("train").resolve(NAME).resolve("2.png"), "bad");
        Outcome failed = run("data", "show", data);
        assertEquals(1, failed.exitCode());
        assertTrue(failed.err().startsWith("lethe: image " + data + "/train/" + SHOWN + "/2.png cannot be decoded"),
                failed.err());
        assertEquals(1, failed.err().lines().count());
        Outcome skipped = run("data", "show", data, "--skip-bad");
        assertTrue(skipped.out().contains("  " + data + "/train/" + SHOWN + "/2.png: "), skipped.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"data show @", "train --data @", "train --model @", "train --backend @", "train --epochs @",
            "@", "train @", "eval @", "study removal --rules @", "study removal --ranking-order @ --ranking x.npy",
            "pack --out @", "model @", "data fetch @", "train --weights @ --epochs 1", "train --schedule @"})
    void shouldShowThemInWhatWasTyped(String commandLine) {
        Outcome refused = run((Object[]) Stream.of(commandLine.split(" ")).map(word -> word.replace("@", NAME))
                .toArray(String[]::new));
        assertTrue(refused.err().contains(SHOWN), refused.err());
    }

    @Test
    void shouldShowThemInStackTraces() {
        Outcome refused = runRaw("data", "show", folder.resolve(NAME), "--debug");
        assertTrue(refused.err().contains(SHOWN), refused.err());
        Outcome failed = runRaw("eval", folder.resolve(NAME), "--debug");
        assertTrue(failed.err().lines().anyMatch(line -> line.startsWith("\tat dev.lethe.")), failed.err());
        assertTrue(failed.err().lines().filter(line -> !line.startsWith("\tat ")).allMatch(line -> line.contains(SHOWN)
                || line.startsWith("\t... ")), failed.err());
    }

    private static Outcome runRaw(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Lethe.run(new PrintWriter(out), new PrintWriter(err),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    /** The logger and failures of threads write there. */
    @Test
    void shouldShowThemInLinesOfAStream() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = TerminalWriter.lines(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        stream.println("warning: " + NAME);
        new IllegalStateException(NAME).printStackTrace(stream);
        stream.print("\u001b[1A\r50%\n"); // as a progress bar does
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("warning: " + SHOWN, lines.getFirst());
        assertEquals("java.lang.IllegalStateException: " + SHOWN, lines.get(1));
        assertTrue(lines.get(2).startsWith("\tat dev.lethe.cli.ControlCharactersTest."), lines.get(2));
        assertTrue(bytes.toString(StandardCharsets.UTF_8).endsWith("\u001b[1A\r50%\n"));
    }

    @Test
    void shouldShowThemWhileTraining() throws IOException {
        Path data = StripedImages.write(folder.resolve(NAME), 60, 20);
        Outcome trained = run("train", "--data", data, "--out", folder.resolve("out" + NAME), "--epochs", 1,
                "--threads",
                1, "--batch", 20);
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(trained.out().contains("run, history and checkpoint: " + folder + "/out" + SHOWN), trained.out());
        Outcome planned = run("study", "forgetting", "--data", data, "--out", folder.resolve("study" + NAME),
                "--epochs", 1, "--seeds", 1, "--batch", 20, "--threads", 1, "--dry-run");
        assertTrue(planned.out().contains("study" + SHOWN), planned.out());
        Outcome studied = run("study", "forgetting", "--data", data, "--out", folder.resolve("study" + NAME),
                "--epochs", 1, "--seeds", 1, "--batch", 20, "--threads", 1);
        assertEquals(0, studied.exitCode(), studied.err());
        assertTrue(studied.out().contains("Report: " + folder + "/study" + SHOWN), studied.out());
    }

    /** Names of files hold at most 255 bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"x\n\u00e9", "x", "\uD83D\uDC31"})
    void shouldMakeFilesForADataSetWithALongName(String begin) throws IOException {
        Path data = images("a", "b");
        String name = begin;
        while (name.getBytes(StandardCharsets.UTF_8).length + begin.getBytes(StandardCharsets.UTF_8).length <= 255) {
            name += begin;
        }
        Path longest = Files.move(data, folder.resolve(name));
        Outcome studied = run("study", "forgetting", "--data", longest, "--out", folder.resolve("out"), "--epochs", 1,
                "--seeds", 1, "--batch", 2, "--threads", 1, "--model", "mlp", "--runs-only");
        assertEquals(0, studied.exitCode(), studied.err());
        assertFalse(studied.out().contains("cannot be kept"), studied.out());
        Outcome again = run("data", "show", longest);
        assertFalse(again.out().contains("decoding"), again.out());
    }

    @Test
    void shouldKeepTheLinesOfHelpAndTables() {
        assertTrue(run("train", "--help").out().lines().count() > 50);
        assertEquals(5, run("model", "mlp").out().lines().count());
        assertTrue(run("generate-completion").out().lines().count() > 100);
        assertEquals(1, run("--version").out().lines().count());
    }
}
