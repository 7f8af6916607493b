package dev.lethe.run.store;

import dev.lethe.io.FolderLock;
import dev.lethe.io.Json;
import dev.lethe.io.Leftovers;
import dev.lethe.io.RealPath;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder that a study writes to. {@code study.json} says which study it is; only the same study may write there
 * again, and then replaces its results. Processes that write there take turns.
 */
public final class OutputFolder {
    /** Name of the folder of figures in it. */
    public static final String FIGURES = "figures";
    private static final String IDENTITY = "study.json";
    private static final String LOCK = "study.lock";

    private OutputFolder() {}

    /**
     * Claims a folder, making it where it does not exist. Files that killed processes left there are removed.
     *
     * @param settings settings that decide the results
     * @param runs folder of the study's runs, which may lie in the folder and may be there before it is claimed
     * @throws RunException when it cannot be written, or holds anything but this study and its runs; nothing is
     *         changed
     */
    public static void claim(Path folder, Map<String, Object> settings, Path runs) {
        try {
            requireFree(folder, settings, runs); // before anything is written
            Files.createDirectories(folder);
            try (Closeable _ = lock(folder)) {
                requireFree(folder, settings, runs); // another process may have claimed it meanwhile
                Json.write(folder.resolve(IDENTITY), settings);
            }
        } catch (IOException e) {
            throw new RunException(
                    "output folder " + folder + " cannot be written: " + RunFolder.reason(e)
                            + "; choose another folder",
                    e);
        }
    }

    /**
     * Refuses folders to write to that overlap with the data of a run. Nothing is written.
     *
     * @param out folder of results
     * @param runs folder of the study's runs
     * @throws RunException when files written there would be taken for data, or data could be overwritten
     */
    public static void requireApart(Path out, Path runs, RunSettings settings) {
        requireOutside("output folder " + out, out, settings);
        requireRunsApart(runs, settings);
        try {
            for (Path folder : settings.data().folders()) {
                if (RealPath.isInside(folder, out)) {
                    throw overwritten(out, "data set " + settings.data().name());
                }
            }
            for (Path file : settings.data().files()) {
                if (Files.exists(file) && RealPath.isInside(file, out)) {
                    boolean data = file.equals(Path.of(settings.data().name()));
                    throw overwritten(out, (data ? "data set " : "labels ") + file);
                }
            }
        } catch (IOException e) {
            throw uncomparable("output folder " + out, e);
        }
    }

    /** Refuses a folder of runs that lies in the data of a run, as {@link #requireApart} does. */
    public static void requireRunsApart(Path runs, RunSettings settings) {
        requireOutside("folder of runs " + runs, runs, settings);
    }

    private static void requireOutside(String what, Path written, RunSettings settings) {
        List<Path> folders = settings.data().folders();
        try {
            for (Path folder : folders) {
                if (RealPath.isInside(written, folder)) {
                    throw new RunException(what + " lies in the folder of the data set, " + folders.getFirst()
                            + ", where its files would be taken for data: choose a folder outside of it");
                }
            }
        } catch (IOException e) {
            throw uncomparable(what, e);
        }
    }

    private static RunException overwritten(Path out, String data) {
        return new RunException("output folder " + out + " holds the " + data
                + ", whose files could be overwritten: choose another folder, or move the data");
    }

    private static RunException uncomparable(String what, IOException e) {
        return new RunException(what + " cannot be compared with the folder of the data set: " + RunFolder.reason(e)
                + "; choose another folder", e);
    }

    /**
     * Waits until no other process writes results to a folder, and removes what killed ones left there.
     *
     * @return the lock, which closing releases
     */
    public static Closeable lock(Path folder) throws IOException {
        FolderLock lock = FolderLock.acquire(folder, LOCK);
        try {
            Leftovers.removeAll(folder);
            if (Files.isDirectory(folder.resolve(FIGURES))) {
                Leftovers.removeAll(folder.resolve(FIGURES));
            }
            return lock;
        } catch (IOException | RuntimeException e) {
            try (lock) {
                throw e;
            }
        }
    }

    private static void requireFree(Path folder, Map<String, Object> settings, Path runs) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new RunException("output folder " + folder + " is a file: choose a folder");
        }
        Path identity = folder.resolve(IDENTITY);
        if (Files.exists(identity)) {
            if (isInUse(folder, runs)) {
                requireSame(folder, Json.read(identity), Json.normalized(settings));
            }
        } else if (isFilled(folder, runs)) {
            throw new RunException(
                    "output folder " + folder + " holds files that are no study of Lethe: choose another folder");
        }
    }

    private static void requireSame(Path folder, Map<?, ?> there, Map<?, ?> here) {
        Map<Object, Object> known = new LinkedHashMap<>(here);
        if (!there.containsKey(RunConfiguration.SOURCE_FINGERPRINT)) { // written by an earlier version, paths as typed
            known.remove(RunConfiguration.SOURCE_FINGERPRINT);
            known.remove(RunConfiguration.TEST_FINGERPRINT);
            for (String name : RunSettings.LOCATIONS) {
                if (there.get(name) instanceof String typed
                        && absolute(typed).equals(absolute(String.valueOf(here.get(name))))) {
                    known.put(name, typed);
                }
            }
        }
        RunIdentityCheck.requireSame("output folder " + folder, "study", there, known);
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    /**
     * Says whether a claimed folder holds more than runs that were refused before they began, as those that do not fit
     * in memory. Where runs lie elsewhere nobody can tell, so the claim stands.
     */
    private static boolean isInUse(Path folder, Path runs) throws IOException {
        for (Path entry : entries(folder)) {
            if (!entry.endsWith(IDENTITY) && !isLeftover(entry) && !holdsRunsAlone(entry, runs)) {
                return true;
            }
        }
        if (!Files.isDirectory(runs) || !RealPath.isInside(runs, folder)) {
            return true;
        }
        List<Path> refused = entries(runs);
        return refused.isEmpty() || refused.stream().anyMatch(RunFolder::hasBegun);
    }

    /** Says whether a file is one that claiming and locking a folder may leave. */
    private static boolean isLeftover(Path entry) {
        String name = entry.getFileName().toString();
        return name.equals(LOCK) || Leftovers.isTemporary(entry) || name.equals(IDENTITY + ".partial");
    }

    private static boolean isFilled(Path folder, Path runs) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        for (Path entry : entries(folder)) {
            if (!isLeftover(entry) && !holdsRunsAlone(entry, runs)) {
                return true;
            }
        }
        return false;
    }

    /** Says whether an entry is the folder of runs, or holds nothing but it. */
    private static boolean holdsRunsAlone(Path entry, Path runs) throws IOException {
        Path absolute = entry.toAbsolutePath().normalize();
        Path wanted = runs.toAbsolutePath().normalize();
        if (!wanted.startsWith(absolute) || !Files.isDirectory(entry)) {
            return false;
        }
        for (Path inside : entries(entry)) {
            if (!(absolute.equals(wanted) ? RunFolder.isRun(inside) : holdsRunsAlone(inside, runs))) {
                return false;
            }
        }
        return true;
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }
}
