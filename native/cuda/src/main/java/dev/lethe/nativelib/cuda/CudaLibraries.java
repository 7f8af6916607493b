package dev.lethe.nativelib.cuda;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's libraries, found and loaded in the order of their dependencies, so that libraries loaded later find them by
 * name wherever they are.
 */
@SuppressWarnings("restricted")
final class CudaLibraries {
    /** The environment variable of the folders to look in first, separated as in PATH. */
    static final String PATH_VARIABLE = "LETHE_CUDA_PATH";
    /** The name of NVRTC, which compiles kernels. */
    static final String COMPILER = "libnvrtc.so.13";

    private static final List<String> NAMES = List.of("libcudart.so.13", COMPILER, "libcublasLt.so.13",
            "libcublas.so.13", "libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn_engines_precompiled.so.9",
            "libcudnn_engines_runtime_compiled.so.9", "libcudnn_heuristic.so.9", "libcudnn_cnn.so.9",
            "libcudnn_adv.so.9", "libcudnn.so.9");
    /** The folders, below a given one, where installers put the libraries. */
    private static final List<String> BELOW = List.of("", "lib64", "lib", "nvidia/cu13/lib", "nvidia/cudnn/lib",
            "nvidia/cuda_runtime/lib", "nvidia/cuda_nvrtc/lib", "nvidia/cublas/lib");
    private static final String COMPILER_BUILTINS = "libnvrtc-builtins.so.13*";
    private static final Logger LOG = LoggerFactory.getLogger(CudaLibraries.class);
    private static final String SYSTEM = "the system's loader";

    private final Map<String, String> places = new LinkedHashMap<>();

    /** The refusal for a library that is missing. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;

        MissingException(String name, List<Path> folders) {
            super(name + " was not found" + (folders.isEmpty()
                    ? ""
                    : " in " + folders.stream().map(Path::toString).collect(Collectors.joining(", "))
                            + " nor")
                    + " by " + SYSTEM);
        }
    }

    private CudaLibraries() {}

    /**
     * Loads the libraries that the backend needs.
     *
     * @param environment environment variables, which may name folders
     * @throws MissingException naming the first library that is missing, and the folders searched
     */
    static CudaLibraries load(Map<String, String> environment) throws MissingException {
        return load(environment, NAMES);
    }

    /** Loads NVRTC alone, which compiles on a machine without a GPU and needs none of the others. */
    static CudaLibraries loadCompiler(Map<String, String> environment) throws MissingException {
        return load(environment, List.of(COMPILER));
    }

    private static CudaLibraries load(Map<String, String> environment, List<String> names) throws MissingException {
        List<Path> folders = folders(environment);
        CudaLibraries libraries = new CudaLibraries();
        for (String name : names) {
            if (name.equals(COMPILER)) {
                folders.forEach(CudaLibraries::loadCompilerBuiltins);
            }
            libraries.places.put(name, loadFirst(name, folders).orElseThrow(() -> new MissingException(name, folders)));
        }
        return libraries;
    }

    /** Returns the existing folders in which libraries are looked for, in order. */
    static List<Path> folders(Map<String, String> environment) {
        List<String> roots = new ArrayList<>();
        Optional.ofNullable(environment.get(PATH_VARIABLE)).ifPresent(path -> roots.addAll(List.of(path.split(
                File.pathSeparator))));
        Stream.of("CUDA_HOME", "CUDA_PATH", "CUDNN_HOME").map(environment::get).filter(root -> root != null)
                .forEach(roots::add);
        roots.add("/usr/local/cuda");
        return roots.stream().filter(root -> !root.isBlank())
                .flatMap(root -> BELOW.stream().map(below -> Path.of(root).resolve(below)))
                .filter(Files::isDirectory).distinct().toList();
    }

    /**
     * Loads the built-in functions of NVRTC, which asks for them by a name with CUDA's minor version; pip's packages do
     * not tell it their folder.
     */
    private static void loadCompilerBuiltins(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, COMPILER_BUILTINS)) {
            files.forEach(file -> loads(file.toString()));
        } catch (IOException e) {
            LOG.warn("{} cannot be listed: {}", folder, e.getMessage());
        }
    }

    private static Optional<String> loadFirst(String name, List<Path> folders) {
        for (Path folder : folders) {
            Path file = folder.resolve(name);
            if (Files.exists(file) && loads(file.toString())) {
                return Optional.of(file.toString());
            }
        }
        return loads(name) ? Optional.of(SYSTEM) : Optional.empty();
    }

    private static boolean loads(String name) {
        try {
            SymbolLookup.libraryLookup(name, Arena.global());
            return true;
        } catch (IllegalArgumentException _) { // how the JDK says that there is none, or that it cannot be loaded
            return false;
        }
    }

    /** Returns the place of each library. */
    Map<String, String> places() {
        return Map.copyOf(places);
    }

    /** Returns the functions of a library that was loaded. */
    SymbolLookup lookup(String name) {
        String place = Objects.requireNonNull(places.get(name), name);
        return SymbolLookup.libraryLookup(place.equals(SYSTEM) ? name : place, Arena.global());
    }
}
