package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher at the root, in a checkout that looks built, with a JDK that prints what it is started with. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "..", "lethe");

    @TempDir
    private Path folder;
    private Path checkout;

    private record Outcome(int exitCode, String output) {}

    @BeforeEach
    void layOut() throws IOException {
        checkout = Files.createDirectory(folder.resolve("checkout"));
        for (String file : List.of("pom.xml", "engine/pom.xml", "engine/cli/pom.xml",
                "tracker/src/main/x", "engine/cli/src/main/x", "engine/cli/target/classes/dev/lethe/cli/jvm.options",
                "engine/cli/target/lib/x", "engine/cli/target/lethe-cli-1.jar")) {
            write(checkout.resolve(file), "");
        }
        Path built = write(checkout.resolve("bench/target/bench.jar"), "");
        Files.setLastModifiedTime(built, FileTime.from(Instant.now().plusSeconds(60)));
        executable(Files.copy(LAUNCHER, checkout.resolve("lethe")));
        executable(write(folder.resolve("jdk/bin/java"), "#!/bin/sh\necho \"$@\"\n"));
        write(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    }

    private static Path write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome start(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                Stream.of("/bin/bash", checkout.resolve("lethe").toString()), Stream.of(arguments)).toList())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    @Test
    void shouldStartWithoutAHomeFolder() throws Exception {
        Map<String, String> jdk = Map.of("JAVA25_HOME", folder.resolve("jdk").toString());
        Outcome outcome = start(jdk, "data", "show", "a b");
        assertEquals(0, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().endsWith("dev.lethe.cli.Lethe data show a b\n"), outcome.output());
        for (String command : List.of("bench", "stress")) {
            Outcome other = start(jdk, command, "-h");
            assertEquals(0, other.exitCode(), other.output());
            assertTrue(other.output().endsWith(" -h\n"), other.output());
        }
    }

    /** Java takes the bytes of arguments by the locale, and in C refuses every letter beyond ASCII. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"-,-,C.UTF-8", "C,-,C.UTF-8", "POSIX,de_DE.UTF-8,C.UTF-8", "-,C,C.UTF-8",
            "-,de_DE.UTF-8,-", "fr_FR.ISO-8859-1,C,fr_FR.ISO-8859-1"})
    void shouldReadArgumentsInUtf8WhereTheLocaleHasNoLetters(String all, String lang, String then) throws Exception {
        executable(write(folder.resolve("jdk/bin/java"), "#!/bin/sh\necho \"${LC_ALL:--}\"\n"));
        Map<String, String> environment = new HashMap<>(Map.of("JAVA25_HOME", folder.resolve("jdk").toString()));
        if (all != null) {
            environment.put("LC_ALL", all);
        }
        if (lang != null) {
            environment.put("LANG", lang);
        }
        // Bash warns of a locale that this machine does not have
        assertEquals(then == null ? "-" : then, start(environment, "doctor").output().lines().toList().getLast());
    }

    @Test
    void shouldTakeWhatElseIsOnTheClassPath() throws Exception {
        String jdk = folder.resolve("jdk").toString();
        String libraries = checkout.resolve("engine/cli/target/lib") + "/*";
        String without = start(Map.of("JAVA25_HOME", jdk), "doctor").output();
        assertTrue(without.endsWith(libraries + " dev.lethe.cli.Lethe doctor\n"), without);
        String with = start(Map.of("JAVA25_HOME", jdk, "LETHE_CLASS_PATH", "my rules.jar:more"), "doctor").output();
        assertTrue(with.endsWith(libraries + ":my rules.jar:more dev.lethe.cli.Lethe doctor\n"), with);
    }
}
