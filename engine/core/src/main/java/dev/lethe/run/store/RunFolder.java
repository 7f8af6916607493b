package dev.lethe.run.store;

import dev.lethe.io.AtomicFiles;
import dev.lethe.io.FileProblem;
import dev.lethe.io.FolderLock;
import dev.lethe.io.Json;
import dev.lethe.io.Leftovers;
import dev.lethe.io.UnusableFileException;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.train.checkpoint.CheckpointFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder of a run: names of its files, and the right to write them. */
public final class RunFolder {
    /** Name of the file of the run's settings. */
    public static final String CONFIGURATION = "config.json";
    /** Name of the tracked history. */
    public static final String HISTORY = "history.lethe";
    /** Name of the table of the epochs. */
    public static final String METRICS = "metrics.csv";
    /** Name of the table of the examples' scores. */
    public static final String SCORES = "scores.csv";
    /** Name of the array of the classes that were predicted of the test images. */
    public static final String PREDICTIONS = "predictions.npy";
    /** Name of the list of the training examples that were removed. */
    public static final String REMOVED = "removed.csv";
    private static final String LOCK = "run.lock";

    private RunFolder() {}

    /** Returns the folder itself, or the run in it if it has a single one. */
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
                    + "; choose another output folder", e);
        }
    }

    /** Returns the reason of a failure in a few words, with the file where it is known. */
    public static String reason(IOException e) {
        return FileProblem.fileAndReason(e);
    }

    /**
     * Claims a folder for the run of a configuration.
     *
     * @param notices sentences about the reading of the data set, which stand in the file and do not identify the run
     * @return text of {@code config.json}; where the run has begun, with the places of its data set, and the sentences
     *         about it, as they were then
     * @throws RunException when the folder is of another configuration; nothing is changed
     */
    public static String claim(Path run, Map<String, Object> configuration, List<String> notices) throws IOException {
        Path file = run.resolve(CONFIGURATION);
        Map<String, Object> claimed = new LinkedHashMap<>(configuration);
        List<?> kept = notices;
        if (Files.exists(file)) {
            Map<?, ?> there = new LinkedHashMap<>(Json.read(file));
            kept = there.remove(RunConfiguration.NOTICES) instanceof List<?> before ? before : List.of();
            RunIdentityCheck.requireSame(run.toString(), "run", there, Json.normalized(configuration));
            RunSettings.LOCATIONS.stream().filter(there::containsKey)
                    .forEach(name -> claimed.put(name, there.get(name)));
        }
        if (!kept.isEmpty()) {
            claimed.put(RunConfiguration.NOTICES, kept);
        }
        String text = Json.text(claimed);
        AtomicFiles.write(file, text);
        return text;
    }

    /** Says whether a run has begun in a folder. */
    public static boolean hasBegun(Path run) {
        return Files.exists(run.resolve(CONFIGURATION));
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
            throw new RunException(String.valueOf(e.getMessage()), e);
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
        Path run = Objects.requireNonNull(file.getParent(), "files of a run are in its folder");
        return ": move " + run + " out of " + run.getParent()
                + " and run the same command again, which trains this run anew";
    }

    /**
     * Takes a run's folder for the caller alone, and removes files of killed processes.
     *
     * @return the lock, which closing releases; empty when another has it
     */
    public static Optional<Closeable> tryLock(Path run) throws IOException {
        Optional<FolderLock> lock = FolderLock.tryAcquire(make(run), LOCK);
        return lock.isPresent() ? Optional.of(cleared(lock.get(), run)) : Optional.empty();
    }

    /**
     * Writes {@code run.json}, by which a run is finished, once its other files are on the disk.
     *
     * @param label label of the run, for people
     * @param key hash that identifies the run
     * @param epochs number of epochs of the run
     * @param provenance values that the results depend on beside the settings
     */
    public static void finish(Path run, String label, String key, int epochs, Map<String, Object> provenance)
            throws IOException {
        RunManifest.write(run, label, key, epochs, provenance);
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
