package dev.lethe.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Benchmarks of a built checkout, to be added to a pack: many machines with a GPU have no Java, and can then be
 * measured.
 *
 * @param folder folder {@code bench} of the checkout
 */
public record Benchmarks(Path folder) {
    /** Pattern of the stress tests' jars and classes: they find their classes in another way. */
    private static final Pattern STRESS = Pattern.compile("(jcstress-core|jna|jna-platform)-\\d.*\\.jar");

    /**
     * Verifies that the benchmarks were built.
     *
     * @throws PackException when they were not
     */
    void requireBuilt() {
        if (!Files.isRegularFile(jar()) || !Files.isDirectory(libraries())) {
            throw new PackException(
                    "folder " + folder + " has no target/bench.jar: name the folder bench of a checkout "
                            + "that was built, as in --bench bench");
        }
    }

    private Path jar() {
        return folder.resolve("target").resolve("bench.jar");
    }

    private Path libraries() {
        return folder.resolve("target").resolve("lib");
    }

    /**
     * Adds the benchmarks to a pack's folder.
     *
     * @param pack folder of the pack
     * @param present names of the jars that Lethe itself runs with, packed or left out
     * @param wanted tells by its name whether an entry of a jar is packed
     */
    void addTo(Path pack, Set<String> present, Predicate<String> wanted) throws IOException {
        Path lib = pack.resolve("lib");
        Jars.store(jar(), lib.resolve("lethe-bench.jar"), wanted);
        for (Path library : files(libraries(), ".jar")) {
            String name = library.getFileName().toString();
            if (!present.contains(name) && !STRESS.matcher(name).matches()) {
                Jars.store(library, lib.resolve(name), wanted);
            }
        }
        Path scripts = Files.createDirectories(pack.resolve("bench").resolve("peers"));
        for (Path script : files(folder.resolve("peers"), ".py")) {
            Files.copy(script, scripts.resolve(script.getFileName()));
        }
        Path together = pack.resolve("bench").resolve("gpu.sh");
        Files.copy(folder.resolve("gpu.sh"), together);
        Files.setPosixFilePermissions(together, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<Path> files(Path of, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }
}
