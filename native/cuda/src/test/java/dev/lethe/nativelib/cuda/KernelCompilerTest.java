package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.nativelib.ffm.NativeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compilation of the kernels for every architecture of CUDA 13, by NVIDIA's compilers on this machine. */
class KernelCompilerTest {
    private static final byte[] ELF = {0x7F, 'E', 'L', 'F'};

    /** The report of nvcc's assembler on a kernel: name, bytes of stack frame and of what is spilled, registers. */
    private static final Pattern REPORT = Pattern.compile("Compiling entry function '(\\w+)'.*\\R"
            + ".*Function properties for \\w+\\R\\s*(\\d+) bytes stack frame, (\\d+) bytes spill stores,"
            + " (\\d+) bytes spill loads\\R.*Used (\\d+) registers");

    @TempDir
    Path folder;

    /** The facts of a kernel that a cubin and the compiler's report must agree on. */
    private record Needs(int registers, int frameBytes, boolean memory) {}

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    void shouldCompileByNvrtcAndKeepTheResult(String architecture) throws IOException {
        KernelCompiler compiler = CudaCompilers.nvrtc();
        byte[] cubin = CompiledKernels.of(compiler, architecture, folder);
        assertArrayEquals(ELF, Arrays.copyOf(cubin, ELF.length));
        try (var files = Files.list(folder)) {
            assertEquals(1, files.filter(file -> file.toString().endsWith(".cubin")).count());
        }
        assertArrayEquals(cubin, CompiledKernels.of(compiler, architecture, folder));
    }

    @Test
    void shouldQuoteTheCompiler() {
        KernelCompiler compiler = CudaCompilers.nvrtc();
        NativeException e = assertThrows(NativeException.class, () -> compiler.compile("nonsense", "sm_90"));
        assertTrue(e.getMessage().contains("lethe.cu(1)"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    @Tag("slow")
    void shouldKeepNoVariableInMemory(String architecture) {
        CudaCompilers.cubins(KernelSources.all(), architecture).forEach((compiler, cubin) -> {
            Map<String, Cubin.Kernel> kernels = Cubin.kernels(cubin);
            assertEquals(Set.of(), kernels.keySet().stream()
                    .filter(name -> kernels.get(name).keepsVariablesInMemory()).collect(Collectors.toSet()), compiler);
            assertTrue(kernels.containsKey("statistics_bf16_wide"), compiler + " made " + kernels.keySet());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    @Tag("slow")
    void shouldReadInACubinWhatTheAssemblerReports(String architecture) {
        CudaCompilers.NvccResult probes = CudaCompilers.byNvcc(CudaProbes.source(), architecture);
        assertEquals(reported(probes.report()), read(probes.cubin()));
        CudaCompilers.NvccResult kernels = CudaCompilers.byNvcc(KernelSources.all(), architecture);
        assertEquals(reported(kernels.report()), read(kernels.cubin()));
    }

    private static Map<String, Needs> read(byte[] cubin) {
        return Cubin.kernels(cubin).values().stream().collect(Collectors.toMap(Cubin.Kernel::name, kernel -> new Needs(
                kernel.registers(), kernel.frameBytes(), kernel.keepsVariablesInMemory())));
    }

    private static Map<String, Needs> reported(String report) {
        Map<String, Needs> kernels = new TreeMap<>();
        for (MatchResult kernel : REPORT.matcher(report).results().toList()) {
            List<Integer> bytes = List.of(2, 3, 4).stream().map(kernel::group).map(Integer::valueOf).toList();
            kernels.put(kernel.group(1), new Needs(Integer.parseInt(kernel.group(5)), bytes.getFirst(),
                    bytes.stream().anyMatch(number -> number > 0)));
        }
        assertTrue(!kernels.isEmpty(), report);
        assertEquals(report.split("Compiling entry function", -1).length - 1, kernels.size(), "all kernels are read");
        return kernels;
    }
}
