package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Another JVM that runs a program of the tests: to be killed, limited or measured. */
final class ChildJvm {
    /** Starts quickly and keeps its memory: no second compiler, one collector thread, a heap of one size. */
    private static final List<String> OPTIONS = List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** How a program ended. */
    record Ended(int exit, List<String> lines) {

        /** The program ended by itself and well. */
        Ended requireSuccess() {
            assertTrue(exit == 0, "exit=" + exit + ":\n" + String.join("\n", lines));
            return this;
        }

        /** What follows {@code name=} in the only line that starts with it. */
        String value(String name) {
            List<String> found = lines.stream().filter(line -> line.startsWith(name + "=")).toList();
            assertTrue(found.size() == 1, name + " is not once in:\n" + String.join("\n", lines));
            return found.getFirst().substring(name.length() + 1);
        }
    }

    private ChildJvm() {}

    /** The command that runs a program with a heap of {@code heapMegabytes}, taken from the system at once. */
    static List<String> command(int heapMegabytes, Class<?> program, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(List.of("-Xms" + heapMegabytes + "m", "-Xmx" + heapMegabytes + "m", "-XX:+AlwaysPreTouch"));
        command.addAll(List.of("-cp", classPath(program), program.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    /** The tracker, the tests and what assertions need: all else of the build takes long to open. */
    private static String classPath(Class<?> program) {
        Set<String> locations = new LinkedHashSet<>();
        try {
            for (Class<?> type : List.of(ForgettingTracker.class, program,
                    Class.forName("org.junit.jupiter.api.Assertions"),
                    Class.forName("org.opentest4j.AssertionFailedError"),
                    Class.forName("org.junit.platform.commons.util.StringUtils"))) {
                locations.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
            }
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException("the tests run without their own class path", e);
        }
        return String.join(File.pathSeparator, locations);
    }

    /** Runs a command to its end; its output and its errors go through {@code log}. */
    static Ended run(List<String> command, Path log, int limitSeconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        List<String> lines = Files.readAllLines(log);
        assertTrue(ended, "still running after " + limitSeconds + " s:\n" + String.join("\n", lines));
        return new Ended(process.exitValue(), lines);
    }
}
