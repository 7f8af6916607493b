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
 * The benchmarks of a checkout that was built, to come along in a pack: a machine without Java, as many with a GPU are,
 * can then be measured.
 *
 * @param folder {@code bench} of the checkout
 */
public record Benchmarks(Path folder) {
    /** Of the stress tests, which look for their classes otherwise. */
    private static final Pattern STRESS = Pattern.compile("(jcstress-core|jna|jna-platform)-\\d.*\\.jar");

    /** @throws PackException when there are none */
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
     * Adds them to a pack's folder.
     *
     * @param present names of the jars that Lethe itself runs with, packed or left out
     * @param wanted by the names of entries
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
