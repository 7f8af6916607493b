package dev.lethe.nativelib.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The source of kernels whose loads, loops and variables are known, by which the reading of cubins is checked. */
final class CudaProbes {
    private CudaProbes() {}

    static String source() {
        try (InputStream in = CudaProbes.class.getResourceAsStream("probes.cu")) {
            if (in == null) {
                throw new IllegalStateException("the resource probes.cu is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
