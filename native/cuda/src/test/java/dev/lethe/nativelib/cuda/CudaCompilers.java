package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The compilers of CUDA sources that this machine has, NVRTC and nvcc, for tests that look at machine code. */
final class CudaCompilers {
    /** The property by which a build that brings NVRTC says so: a test fails then where it would be skipped. */
    static final String REQUIRED = "lethe.nvrtc.required";

    // By architecture and source; what was compiled before is not compiled again.
    private static final Map<String, byte[]> BY_NVRTC = new HashMap<>();
    private static final Map<String, NvccResult> BY_NVCC = new HashMap<>();

    private CudaCompilers() {}

    /** The output of nvcc for a source: a cubin, and the report of its assembler on every kernel. */
    record NvccResult(byte[] cubin, String report) {}

    /** Returns NVRTC; a test that calls it is skipped where it cannot be loaded. */
    static KernelCompiler nvrtc() {
        try {
            return loadNvrtc();
        } catch (CudaLibraries.MissingException e) {
            return abort("NVRTC cannot be loaded here: " + e.getMessage());
        }
    }

    private static KernelCompiler loadNvrtc() throws CudaLibraries.MissingException {
        try {
            return new KernelCompiler(CudaLibraries.loadCompiler(System.getenv()).lookup(CudaLibraries.COMPILER));
        } catch (CudaLibraries.MissingException e) {
            if (Boolean.getBoolean(REQUIRED)) {
                throw new IllegalStateException("this build brings NVRTC, which cannot be loaded", e);
            }
            throw e;
        }
    }

    private static Optional<Path> findNvcc() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of)
                .map(bin -> bin.resolve("nvcc")).filter(Files::isExecutable).findFirst();
    }

    /**
     * Returns what each compiler here makes of a source, by the compiler's name; a test that calls it is skipped where
     * there is none.
     */
    static synchronized Map<String, byte[]> cubins(String source, String architecture) {
        Map<String, byte[]> cubins = new LinkedHashMap<>();
        String missing = "";
        try {
            KernelCompiler nvrtc = loadNvrtc();
            cubins.put("NVRTC", BY_NVRTC.computeIfAbsent(architecture + source,
                    _ -> nvrtc.compile(source, architecture)));
        } catch (CudaLibraries.MissingException e) {
            missing = e.getMessage();
        }
        findNvcc().ifPresent(_ -> cubins.put("nvcc", byNvcc(source, architecture).cubin));
        return cubins.isEmpty() ? abort("no nvcc in PATH, and NVRTC cannot be loaded: " + missing) : cubins;
    }

    /** Compiles by nvcc, with every warning as an error; a test that calls it is skipped where nvcc is not in PATH. */
    static synchronized NvccResult byNvcc(String source, String architecture) {
        Path nvcc = findNvcc().orElseGet(() -> abort("no nvcc in PATH"));
        return BY_NVCC.computeIfAbsent(architecture + source, _ -> byNvcc(nvcc, source, architecture));
    }

    private static NvccResult byNvcc(Path nvcc, String source, String architecture) {
        try {
            Path folder = Files.createTempDirectory("nvcc");
            try {
                Path file = Files.writeString(folder.resolve("lethe.cu"), source);
                Path cubin = folder.resolve("lethe.cubin");
                Process process = new ProcessBuilder(nvcc.toString(), "-arch=" + architecture, "-std=c++17", "-cubin",
                        "-Werror=all-warnings", "-Xptxas", "-v", "-o", cubin.toString(), file.toString())
                        .redirectErrorStream(true).start();
                String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                    throw new IllegalStateException("nvcc failed: " + report);
                }
                return new NvccResult(Files.readAllBytes(cubin), report);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while compiling", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
