package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.nativelib.ffm.NativeException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compilation of the kernels for every architecture of CUDA 13, by NVIDIA's compilers on this machine. */
class KernelCompilerTest {
    private static final byte[] ELF = {0x7F, 'E', 'L', 'F'};

    private static final Pattern KERNEL = Pattern
            .compile("Compiling entry function '(\\w+)'.*\\R.*Function properties for \\w+\\R(.*)");
    private static final String NO_MEMORY = "0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads";

    @TempDir
    Path folder;

    private static KernelCompiler compiler() {
        try {
            return new KernelCompiler(CudaLibraries.load(System.getenv()).lookup(CudaLibraries.COMPILER));
        } catch (CudaLibraries.MissingException e) {
            return abort("NVRTC cannot be loaded here: " + e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    void shouldCompileByNvrtcAndKeepTheResult(String architecture) throws IOException {
        KernelCompiler compiler = compiler();
        byte[] cubin = CompiledKernels.of(compiler, architecture, folder);
        assertArrayEquals(ELF, Arrays.copyOf(cubin, ELF.length));
        try (var files = Files.list(folder)) {
            assertEquals(1, files.filter(file -> file.toString().endsWith(".cubin")).count());
        }
        assertArrayEquals(cubin, CompiledKernels.of(compiler, architecture, folder));
    }

    @Test
    void shouldQuoteTheCompiler() {
        KernelCompiler compiler = compiler();
        NativeException e = assertThrows(NativeException.class, () -> compiler.compile("nonsense", "sm_90"));
        assertTrue(e.getMessage().contains("lethe.cu(1)"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_90"})
    @Tag("slow")
    void shouldCompileByNvcc(String architecture) throws IOException, InterruptedException {
        Optional<Path> nvcc = Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of)
                .map(bin -> bin.resolve("nvcc")).filter(Files::isExecutable).findFirst();
        assumeTrue(nvcc.isPresent(), "no nvcc in PATH");
        Path source = Files.writeString(folder.resolve("lethe.cu"), KernelSources.all());
        Path cubin = folder.resolve("lethe.cubin");
        Process process = new ProcessBuilder(nvcc.get().toString(), "-arch=" + architecture, "-std=c++17", "-cubin",
                "-Werror=all-warnings", "-Xptxas", "-v", "-o", cubin.toString(), source.toString())
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), output);
        assertTrue(Files.size(cubin) > 0);
        assertEquals(Map.of(), kernelsThatUseMemoryForRegisters(output));
    }

    /** Returns the kernels of a report of ptxas that keep variables in memory, with what the report says of each. */
    private static Map<String, String> kernelsThatUseMemoryForRegisters(String report) {
        Map<String, String> slow = new TreeMap<>();
        Matcher kernel = KERNEL.matcher(report);
        int kernels = 0;
        while (kernel.find()) {
            kernels++;
            if (!NO_MEMORY.equals(kernel.group(2).strip())) {
                slow.put(kernel.group(1), kernel.group(2).strip());
            }
        }
        assertTrue(kernels > 0, report);
        assertEquals(report.split("Compiling entry function", -1).length - 1, kernels, "every kernel is looked at");
        return slow;
    }
}
