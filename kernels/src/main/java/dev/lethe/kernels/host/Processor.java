package dev.lethe.kernels.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processor of this machine, by the system's description. */
public final class Processor {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final List<String> NOTABLE = List.of("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16",
            "avx512_fp16", "amx_tile", "amx_bf16", "asimd", "sve", "bf16");
    private static final List<String> MODEL_FIELDS = List.of("cpu family", "model", "stepping", "CPU implementer",
            "CPU part");

    private Processor() {}

    /** Returns the name of the model, or the architecture if the system does not tell. */
    public static String name() {
        return field("model name").orElse(System.getProperty("os.arch"));
    }

    /** Returns the name with the numbers that tell apart models of one name, as virtual machines often have. */
    public static String model() {
        return Stream.concat(Stream.of(name()), MODEL_FIELDS.stream()
                .flatMap(name -> field(name).map(value -> name + " " + value).stream()))
                .collect(Collectors.joining(", "));
    }

    /** Returns the features that matter to the kernels; empty if the system does not tell. */
    public static List<String> features() {
        List<String> flags = field("flags").or(() -> field("Features")).map(line -> List.of(line.split(" ")))
                .orElse(List.of());
        return NOTABLE.stream().filter(flags::contains).toList();
    }

    private static Optional<String> field(String name) {
        if (!Files.isReadable(CPUINFO)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(CPUINFO)) {
            return lines.map(line -> line.split(":", 2)).filter(parts -> parts[0].strip().equals(name))
                    .map(parts -> parts[parts.length - 1].strip())
                    .findFirst();
        } catch (IOException | UncheckedIOException _) { // unreadable after all: as if the system did not tell
            return Optional.empty();
        }
    }
}
