package dev.lethe.bench;

import dev.lethe.kernels.BackendUnavailableException;
import dev.lethe.kernels.Backends;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A measurement of small programs from the start of their JVM: one that trains the network {@code mnist-cnn} on 1,000
 * images for an epoch, and one that predicts 1,000 images. Each runs in {@value #PROCESSES} processes for each backend,
 * in turns; the medians of their parts are printed, in milliseconds.
 *
 * <p>Usage: {@code ./lethe bench --start [BACKEND...]}. Exit codes: 0 measured, 2 wrong usage.
 */
public final class StartUp {
    private static final int PROCESSES = 7;
    private static final String ALL = "all";

    private StartUp() {}

    /** Measures and prints. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> backends = arguments.length == 0 ? List.of("cpu", "onednn", "vector") : List.of(arguments);
        try {
            backends.forEach(Backends::choose);
        } catch (BackendUnavailableException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        measure(backends, PROCESSES, System.out);
    }

    static void measure(List<String> backends, int processes, PrintStream out)
            throws IOException, InterruptedException {
        Path weights = Files.createTempFile("lethe-weights", ".safetensors");
        try {
            SmallProgram.writeWeights(weights);
            Map<String, Map<String, List<Long>>> measured = new LinkedHashMap<>();
            for (int i = 0; i < processes; i++) {
                for (SmallProgram.Kind program : SmallProgram.Kind.values()) {
                    for (String name : backends) {
                        Map<String, List<Long>> times = measured.computeIfAbsent(
                                program.name().toLowerCase(Locale.ROOT) + " " + name, _ -> new LinkedHashMap<>());
                        started(program, name, weights)
                                .forEach((part, time) -> times.computeIfAbsent(part, _ -> new ArrayList<>()).add(time));
                    }
                }
            }
            measured.forEach((program, times) -> out.println(line(program, times)));
        } finally {
            Files.delete(weights);
        }
    }

    private static String line(String program, Map<String, List<Long>> times) {
        return String.format(Locale.ROOT, "%-15s %5d ms: ", program, median(Objects.requireNonNull(times.get(ALL))))
                + times.entrySet().stream().filter(part -> !part.getKey().equals(ALL))
                        .map(part -> part.getKey() + " " + median(part.getValue())).collect(Collectors.joining(", "));
    }

    private static Map<String, Long> started(SmallProgram.Kind program, String backend, Path weights)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), SmallProgram.class.getName(), program.name(), backend,
                weights.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(program + " on " + backend + " failed: " + lines);
        }
        Map<String, Long> times = new LinkedHashMap<>();
        long all = 0;
        for (String line : lines) {
            long time = Long.parseLong(line.substring(line.indexOf('=') + 1));
            times.put(line.substring(0, line.indexOf('=')), time);
            all += time;
        }
        times.put(ALL, all);
        return times;
    }

    private static long median(List<Long> times) {
        return Math.round(BackendSpeed.median(times.stream().mapToDouble(Long::doubleValue).toArray()));
    }
}
