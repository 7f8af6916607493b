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
public final class ChildJvm {
    /**
     * The options of a JVM that starts quickly and keeps its memory: no second compiler, one collector thread, a heap
     * of one size.
     */
    private static final List<String> OPTIONS = List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /**
     * The end of a program.
     *
     * @param exit
     *            the exit status; 0 if it ended by itself and well
     * @param lines
     *            the lines that it printed, errors included
     */
    public record Ended(int exit, List<String> lines) {

        /** Checks that the program ended by itself and well. */
        public Ended requireSuccess() {
            assertTrue(exit == 0, "exit=" + exit + ":\n" + String.join("\n", lines));
            return this;
        }

        /** Returns the text after {@code name=} in the only line that starts with it. */
        public String value(String name) {
            List<String> found = lines.stream().filter(line -> line.startsWith(name + "=")).toList();
            assertTrue(found.size() == 1, name + " is not once in:\n" + String.join("\n", lines));
            return found.getFirst().substring(name.length() + 1);
        }
    }

    private ChildJvm() {}

    /** Returns the command that runs a program with a heap of {@code heapMegabytes}, taken from the system at once. */
    static List<String> command(int heapMegabytes, Class<?> program, Object... arguments) {
        List<String> options = new ArrayList<>(OPTIONS);
        options.addAll(List.of("-Xms" + heapMegabytes + "m", "-Xmx" + heapMegabytes + "m", "-XX:+AlwaysPreTouch"));
        options.addAll(List.of("-cp", classPath(program)));
        return command(options, program.getName(), arguments);
    }

    /**
     * Returns the command that runs a program with the options given, and no others.
     *
     * @param options
     *            options of the JVM, class path or module path included
     * @param program
     *            the name of the program's class, after {@code -m MODULE/} where it is in a module
     */
    public static List<String> command(List<String> options, String program, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(program);
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    /**
     * Returns a class path of the tracker, the tests and what assertions need: the rest of the build takes long to
     * open.
     */
    public static String classPath(Class<?> program) {
        return classPath(location(ForgettingTracker.class), program);
    }

    /** Returns a class path for a program with the tracker's classes in a place of their own. */
    static String classPath(Path tracker, Class<?> program) {
        Set<String> locations = new LinkedHashSet<>();
        locations.add(tracker.toString());
        try {
            for (Class<?> type : List.of(program, Class.forName("org.junit.jupiter.api.Assertions"),
                    Class.forName("org.opentest4j.AssertionFailedError"),
                    Class.forName("org.junit.platform.commons.util.StringUtils"))) {
                locations.add(location(type).toString());
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the tests run without their own class path", e);
        }
        return String.join(File.pathSeparator, locations);
    }

    /** Returns the folder or archive that a class was loaded from. */
    public static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(type + " is in no place that has a name", e);
        }
    }

    /** Runs a command to its end; its output and its errors go through {@code log}. */
    public static Ended run(List<String> command, Path log, int limitSeconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        List<String> lines = Files.readAllLines(log);
        assertTrue(ended, "still running after " + limitSeconds + " s:\n" + String.join("\n", lines));
        return new Ended(process.exitValue(), lines);
    }
}
