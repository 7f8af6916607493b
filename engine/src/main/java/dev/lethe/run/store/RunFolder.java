package dev.lethe.run.store;

import dev.lethe.io.AtomicFiles;
import dev.lethe.io.FileProblem;
import dev.lethe.io.FolderLock;
import dev.lethe.io.Json;
import dev.lethe.io.Leftovers;
import dev.lethe.io.UnusableFileException;
import dev.lethe.run.RunException;
import dev.lethe.train.checkpoint.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The files of a run, and who may write them. */
public final class RunFolder {
    /** What the run was made of. */
    public static final String CONFIGURATION = "config.json";
    /** The tracked history. */
    public static final String HISTORY = "history.lethe";
    public static final String METRICS = "metrics.csv";
    public static final String SCORES = "scores.csv";
    public static final String PREDICTIONS = "predictions.npy";
    private static final String LOCK = "run.lock";

    private RunFolder() {}

    /** The folder itself, or the run in it where it has a single one. */
    public static Path onlyRun(Path folder) throws IOException {
        Path runs = folder.resolve("runs");
        if (!Files.isDirectory(runs)) {
            return folder;
        }
        try (Stream<Path> list = Files.list(runs)) {
            List<Path> found = list.filter(Files::isDirectory).sorted().toList();
            if (found.size() != 1) {
                throw new RunException("folder " + folder + " holds " + found.size() + " runs: name one"
                        + (found.isEmpty() ? "" : ", such as " + found.getFirst()));
            }
            return found.getFirst();
        }
    }

    /**
     * Makes a folder, with those above it.
     *
     * @throws RunException when it cannot be made
     */
    public static Path make(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new RunException("folder " + folder + " cannot be made: " + FileProblem.reason(e)
                    + "; choose another --out", e);
        }
    }

    /** Returns what went wrong in a few words, with the file where it is known. */
    public static String reason(IOException e) {
        return FileProblem.fileAndReason(e);
    }

    /**
     * Makes a run's folder that of this configuration.
     *
     * @param resume whether the run may have begun
     * @return what stands in {@code config.json}
     * @throws RunException when a run has begun there that must not go on, or is of another configuration; nothing is
     *         changed
     */
    public static String claim(Path run, Map<String, Object> configuration, boolean resume) throws IOException {
        Path file = run.resolve(CONFIGURATION);
        if (Files.exists(file)) {
            if (!resume) {
                throw new RunException("folder " + run + " holds a run already: add --resume to go on with it, or "
                        + "choose another --out");
            }
            requireSame(run.toString(), "run", Json.read(file), Json.normalized(configuration));
        }
        String text = Json.text(configuration);
        AtomicFiles.write(file, text);
        return text;
    }

    /** Refuses a folder of something else; the message names the first value that differs. */
    public static void requireSame(String folder, String what, Map<?, ?> there, Map<?, ?> here) {
        Set<Object> keys = new LinkedHashSet<>(here.keySet());
        keys.addAll(there.keySet()); // what is not chosen here may have been there
        for (Object key : keys) {
            if (!Objects.equals(there.get(key), here.get(key))) {
                throw new RunException(folder + " holds another " + what + ", with " + key + "=" + there.get(key)
                        + " where this one has " + key + "=" + here.get(key) + ": choose another folder, or delete it");
            }
        }
    }

    /**
     * Reads a file of values of a run.
     *
     * @param remedy end of the message about a file that cannot be used
     * @throws RunException when the file cannot be read or holds something else
     */
    static Map<?, ?> values(Path file, String remedy) {
        try {
            return Json.read(file, remedy);
        } catch (UnusableFileException e) {
            throw new RunException(e.getMessage(), e);
        }
    }

    /** Makes the refusal of a finished run because of one of its files, with the remedy. */
    static RunException damaged(Path file, String problem) {
        return new RunException(file + " " + problem + trainAgain(file));
    }

    /** Makes the refusal of a finished run because of a failure whose message names file and problem. */
    static RunException damaged(Path file, IOException failure) {
        return new RunException(failure.getMessage() + trainAgain(file), failure);
    }

    /** Makes the end of a message about a file of a finished run that cannot be used: how to train the run again. */
    static String trainAgain(Path file) {
        Path run = file.getParent();
        return ": move " + run + " out of " + run.getParent()
                + " and run the same command again, which trains this run anew";
    }

    /** Waits until no other process works in the folder, and removes what killed ones left there. */
    public static FolderLock lock(Path run) throws IOException {
        return cleared(FolderLock.acquire(run, LOCK), run);
    }

    /**
     * Takes a run's folder for this process alone, and removes what killed ones left there.
     *
     * @throws RunException when another process works there
     */
    public static FolderLock lockNow(Path run) throws IOException {
        FolderLock lock = FolderLock.tryAcquire(run, LOCK).orElseThrow(() -> new RunException(
                "folder " + run + " is in use: another process trains the run, wait until it has ended"));
        return cleared(lock, run);
    }

    private static FolderLock cleared(FolderLock lock, Path run) throws IOException {
        try {
            Leftovers.removeAll(run);
            new CheckpointFolder(run).removeLeftovers();
            return lock;
        } catch (IOException | RuntimeException e) {
            try (lock) {
                throw e;
            }
        }
    }

    /** Says whether a folder is that of a run, or of one that was killed before it wrote anything. */
    static boolean isRun(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return Files.exists(folder.resolve(LOCK)) || Files.exists(folder.resolve(RunManifest.NAME))
                    || entries.findAny().isEmpty();
        }
    }
}
