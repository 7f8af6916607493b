package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.cuda.global.cudnn;
import org.junit.jupiter.api.Test;

/**
 * The functions of NVIDIA's libraries that are called, all of which are in the oldest supported versions: CUDA 13.0,
 * cuDNN 9.19.
 */
class CudaVersionTest {
    private static final Pattern FUNCTION = Pattern.compile("(?:cu[A-Z]|nvrtc[A-Z])\\w+");
    private static final int LONGEST = 60; // of a constant that may be a name

    /** Returns the constants of a class file that are names of functions: a length, and the text. */
    private static Set<String> functions(Class<?> of) throws IOException {
        byte[] bytes;
        try (InputStream file = of.getResourceAsStream(of.getSimpleName() + ".class")) {
            bytes = file.readAllBytes();
        }
        Set<String> names = new TreeSet<>();
        for (int i = 0; i + 3 < bytes.length; i++) {
            int length = bytes[i + 2];
            boolean text = bytes[i] == 1 && bytes[i + 1] == 0 && length > 0 && length < LONGEST
                    && i + 3 + length <= bytes.length;
            if (text) {
                String constant = new String(bytes, i + 3, length, StandardCharsets.ISO_8859_1);
                if (FUNCTION.matcher(constant).matches()) {
                    names.add(constant);
                }
            }
        }
        return names;
    }

    /** Returns a header of the toolkit whose nvcc is in the path. */
    private static String header(String name) throws IOException {
        Optional<Path> nvcc = Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of)
                .map(bin -> bin.resolve("nvcc")).filter(Files::isExecutable).findFirst();
        assumeTrue(nvcc.isPresent(), "no nvcc in PATH");
        Path toolkit = nvcc.get().toRealPath().getParent().getParent();
        try (Stream<Path> files = Files.find(toolkit, 4, (path, _) -> path.endsWith(Path.of("include", name)))) {
            Optional<Path> header = files.findFirst();
            assumeTrue(header.isPresent(), "no " + name + " below " + toolkit);
            return Files.readString(header.get(), StandardCharsets.ISO_8859_1);
        }
    }

    private static Set<String> words(String header) {
        return FUNCTION.matcher(header).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    @Test
    void shouldFindEveryFunctionOfTheDriverInTheHeaderOfCuda13() throws IOException {
        String header = header("cuda.h");
        assumeTrue(header.contains("#define CUDA_VERSION 13000"), "the toolkit here is not CUDA 13.0");
        Set<String> called = functions(CudaDriver.class);
        assertTrue(called.containsAll(List.of("cuGraphLaunch", "cuMemAlloc_v2", "cuStreamWaitEvent")),
                called.toString());
        called.removeAll(words(header));
        assertEquals(Set.of(), called, "functions that CUDA 13.0 does not have");
    }

    @Test
    void shouldFindEveryFunctionOfTheCompilerInItsHeader() throws IOException {
        Set<String> called = functions(KernelCompiler.class);
        assertTrue(called.contains("nvrtcGetCUBIN"), called.toString());
        called.removeAll(words(header("nvrtc.h")));
        assertEquals(Set.of(), called, "functions that NVRTC does not have");
    }

    /** The bindings declare the functions of their cuDNN, so that every call through them is in it. */
    @Test
    void shouldHaveBindingsOfNoLaterCudnnThanIsAskedFor() {
        assertEquals("9.19", cudnn.CUDNN_MAJOR + "." + cudnn.CUDNN_MINOR);
    }
}
