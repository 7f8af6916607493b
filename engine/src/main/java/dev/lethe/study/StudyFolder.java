package dev.lethe.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder that a study writes to. {@code study.json} says which study it is; only the same study may write there
 * again, and then replaces its results.
 */
final class StudyFolder {
    private static final String IDENTITY = "study.json";
    private static final String CONFIGURATION = "config.json";
    private final Path folder;

    private StudyFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Claims a folder, making it where it does not exist.
     *
     * @throws StudyException when it cannot be written, or holds anything but this study; nothing is changed
     */
    static StudyFolder claim(Path folder, Map<String, Object> settings) {
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new StudyException("--out " + folder + " is a file: choose a folder");
            }
            Path identity = folder.resolve(IDENTITY);
            if (Files.exists(identity)) {
                requireSame("--out " + folder, "study", Json.read(identity), Json.normalized(settings));
            } else if (isFilled(folder)) {
                throw new StudyException(
                        "--out " + folder + " holds files that are no study of Lethe: choose another folder");
            }
            Files.createDirectories(folder.resolve("runs"));
            Json.write(identity, settings);
            return new StudyFolder(folder);
        } catch (IOException e) {
            throw new StudyException("--out " + folder + " cannot be written: " + reason(e) + "; choose another folder",
                    e);
        }
    }

    private static String reason(IOException e) {
        String kind = e.getClass().getSimpleName().replace("Exception", "");
        return e.getMessage() == null ? kind : kind + " " + e.getMessage();
    }

    private static boolean isFilled(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isPresent();
        }
    }

    private static void requireSame(String folder, String what, Map<?, ?> there, Map<?, ?> here) {
        Set<Object> keys = new LinkedHashSet<>(here.keySet());
        keys.addAll(there.keySet()); // what is not chosen here may have been there
        for (Object key : keys) {
            if (!Objects.equals(there.get(key), here.get(key))) {
                throw new StudyException(folder + " holds another " + what + ", with " + key + "=" + there.get(key)
                        + " where this one has " + key + "=" + here.get(key) + ": choose another folder, or delete it");
            }
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** The folder itself, or the run in it where it has a single one. */
    static Path onlyRun(Path folder) throws IOException {
        Path runs = folder.resolve("runs");
        if (!Files.isDirectory(runs)) {
            return folder;
        }
        try (Stream<Path> list = Files.list(runs)) {
            List<Path> found = list.sorted().toList();
            if (found.size() != 1) {
                throw new StudyException("folder " + folder + " holds " + found.size() + " runs: name one, such as "
                        + runs.resolve("seed-1"));
            }
            return found.getFirst();
        }
    }

    /** Where the configuration of a run stands, or would. */
    static Path config(Path out, long seed) {
        return runFolder(out, seed).resolve(CONFIGURATION);
    }

    private static Path runFolder(Path out, long seed) {
        return out.resolve("runs").resolve("seed-" + seed);
    }

    /** The folder of a run that may have begun before; it is made where it does not exist. */
    Path existingRun(long seed) {
        Path run = runFolder(folder, seed);
        try {
            return Files.createDirectories(run);
        } catch (IOException e) {
            throw new StudyException("folder " + run + " cannot be made: " + reason(e) + "; choose another --out", e);
        }
    }

    /**
     * Makes a run's folder that of this configuration.
     *
     * @param resume whether the run may have begun
     * @return what stands in {@code config.json}
     * @throws StudyException when a run has begun there that must not go on, or is of another configuration; nothing is
     *         changed
     */
    static String claimRun(Path run, Map<String, Object> configuration, boolean resume) throws IOException {
        Path file = run.resolve(CONFIGURATION);
        if (Files.exists(file)) {
            if (!resume) {
                throw new StudyException("folder " + run + " holds a run already: add --resume to go on with it, or "
                        + "choose another --out");
            }
            requireSame(run.toString(), "run", Json.read(file), Json.normalized(configuration));
        }
        String text = Json.text(configuration);
        AtomicFiles.write(file, text);
        return text;
    }

    /** An empty folder for one run; what an earlier run of that seed left is removed. */
    Path run(long seed) {
        Path run = runFolder(folder, seed);
        try {
            if (Files.exists(run)) {
                try (Stream<Path> files = Files.list(run)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
            }
            return Files.createDirectories(run);
        } catch (IOException e) {
            throw new StudyException("folder " + run + " cannot be prepared: " + reason(e) + "; choose another --out",
                    e);
        }
    }
}
