package dev.lethe.nativelib.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Libraries that stand in for NVIDIA's driver, cuDNN and NVRTC on a machine without a GPU. They are compiled from the
 * folder {@code standin} of the resources, once for a state of the sources.
 */
public final class StandIns {
    private static final String BINDINGS = "/org/bytedeco/cuda/linux-x86_64/libjnicudnn.so";
    private static final Path COMPILER = Path.of("/usr/bin/g++");
    private static final List<String> FLAGS = List.of("-std=c++17", "-O1", "-g1", "-shared", "-fPIC",
            "-fvisibility=hidden", "-U_FORTIFY_SOURCE", "-Wall", "-Werror", "-Wno-unknown-pragmas");
    private static final List<String> HEADERS = List.of("driver.h", "descriptors.h", "convolution.h");
    private static final String KERNELS = "libstandin-kernels.so";
    private static final String DRIVER = CudaDriver.LIBRARY;
    /** The files that each library is compiled from, in an order in which later ones need earlier ones. */
    private static final Map<String, List<String>> LIBRARIES = libraries();
    /** The libraries that are loaded only because the bindings name them: nothing in them is called. */
    private static final List<String> EMPTY = List.of("libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13",
            "libcudnn_ops.so.9", "libcudnn_engines_precompiled.so.9", "libcudnn_engines_runtime_compiled.so.9",
            "libcudnn_heuristic.so.9", "libcudnn_cnn.so.9", "libcudnn_adv.so.9", "libcudnn.so.9");
    private static final int KEY_DIGITS = 16;

    private StandIns() {}

    private static Map<String, List<String>> libraries() {
        Map<String, List<String>> libraries = new LinkedHashMap<>();
        libraries.put(KERNELS, List.of("kernels.cpp"));
        libraries.put(DRIVER, List.of("device.cpp", "memory.cpp", "streams.cpp", "graphs.cpp", "modules.cpp"));
        libraries.put("libcudnn_graph.so.9", List.of("cudnn.cpp", "problems.cpp", "convolution.cpp"));
        libraries.put(CudaLibraries.COMPILER, List.of("nvrtc.cpp"));
        return libraries;
    }

    /** Returns the reason why the libraries cannot be used here; empty if they can. */
    public static Optional<String> unavailable() {
        if (!Files.isExecutable(COMPILER)) {
            return Optional.of("no C++ compiler for the host");
        }
        return StandIns.class.getResource(BINDINGS) == null
                ? Optional.of("no bindings of cuDNN for this platform")
                : Optional.empty();
    }

    /** Returns the folder of the libraries, which are compiled if their sources have changed. */
    public static synchronized Path folder() {
        Map<String, byte[]> sources = sources();
        Path all = buildFolder().resolve("cuda-stand-ins");
        Path folder = all.resolve(key(sources));
        if (!Files.exists(folder)) {
            try {
                Files.createDirectories(all);
                Path unfinished = Files.createTempDirectory(all, "unfinished");
                build(sources, unfinished);
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return folder;
    }

    /** Returns the environment in which a process loads the libraries of a folder before all others. */
    public static Map<String, String> environment(Path folder) {
        return Map.of("LD_LIBRARY_PATH", folder.toString(), CudaLibraries.PATH_VARIABLE, folder.toString());
    }

    private static Path buildFolder() {
        try {
            return Path.of(StandIns.class.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, byte[]> sources() {
        Map<String, byte[]> sources = new TreeMap<>();
        sources.put("host.h", read("host.h"));
        sources.put("lethe.cu", KernelSources.all().getBytes(StandardCharsets.UTF_8));
        HEADERS.forEach(name -> sources.put(name, read("standin/" + name)));
        LIBRARIES.values().forEach(files -> files.forEach(name -> sources.put(name, read("standin/" + name))));
        return sources;
    }

    private static byte[] read(String resource) {
        try (InputStream in = StandIns.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(Map<String, byte[]> sources) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((FLAGS + " " + LIBRARIES + " " + EMPTY).getBytes(StandardCharsets.UTF_8));
            sources.forEach((name, bytes) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, KEY_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void build(Map<String, byte[]> sources, Path folder) throws IOException {
        Path from = Files.createDirectory(folder.resolve("src"));
        for (Map.Entry<String, byte[]> source : sources.entrySet()) {
            Files.write(from.resolve(source.getKey()), source.getValue());
        }
        Files.writeString(from.resolve("empty.cpp"), "");
        for (Map.Entry<String, List<String>> library : LIBRARIES.entrySet()) {
            compile(folder, library.getKey(), library.getValue());
        }
        for (String library : EMPTY) {
            compile(folder, library, List.of("empty.cpp"));
        }
    }

    private static void compile(Path folder, String library, List<String> files) throws IOException {
        List<String> command = new ArrayList<>(List.of(COMPILER.toString()));
        command.addAll(FLAGS);
        command.addAll(List.of("-Wl,-soname," + library, "-Wl,-rpath,$ORIGIN", "-Wl,-rpath-link,.", "-L..",
                "-o", "../" + library));
        command.addAll(files);
        neededBy(library).forEach(needed -> command.add("-l:" + needed));
        Process process = new ProcessBuilder(command).directory(folder.resolve("src").toFile())
                .redirectErrorStream(true).start();
        try (InputStream in = process.getInputStream()) {
            String output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException(library + " does not compile: " + output);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while compiling", e);
        }
    }

    /** Returns the library that a library calls, if any. */
    private static List<String> neededBy(String library) {
        return switch (library) {
            case DRIVER -> List.of(KERNELS);
            case "libcudnn_graph.so.9" -> List.of(DRIVER);
            default -> List.of();
        };
    }
}
