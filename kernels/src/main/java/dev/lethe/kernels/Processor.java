package dev.lethe.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the system says of its processor. */
public final class Processor {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final List<String> NOTABLE = List.of("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16",
            "avx512_fp16", "amx_tile", "amx_bf16", "asimd", "sve", "bf16");

    private Processor() {}

    /** The model's name, or the architecture where the system does not tell. */
    public static String name() {
        return field("model name").orElse(System.getProperty("os.arch"));
    }

    /** Those features that matter to the kernels; empty where the system does not tell. */
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
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException | UncheckedIOException _) { // unreadable after all: as if the system did not tell
            return Optional.empty();
        }
    }
}
