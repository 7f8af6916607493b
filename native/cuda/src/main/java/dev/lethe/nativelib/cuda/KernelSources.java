package dev.lethe.nativelib.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The sources of the CUDA kernels of this package. */
final class KernelSources {
    private static final List<String> FILES = List.of("common.cu", "gather.cu", "pointwise.cu", "columns.cu", "norm.cu",
            "pool.cu", "loss.cu", "optimizer.cu"); // in this order: later ones use what earlier ones define

    private KernelSources() {}

    /** Returns all files as one source, with a line directive before each part. */
    static String all() {
        StringBuilder source = new StringBuilder();
        for (String file : FILES) {
            source.append("#line 1 \"").append(file).append("\"\n").append(read(file));
        }
        return source.toString();
    }

    private static String read(String file) {
        try (InputStream in = KernelSources.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + file + " is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
