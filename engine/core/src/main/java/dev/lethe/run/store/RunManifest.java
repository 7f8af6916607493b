package dev.lethe.run.store;

import dev.lethe.io.AtomicFiles;
import dev.lethe.io.Json;
import dev.lethe.run.RunException;
import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The file {@code run.json}, the last that a run writes: where it is, the run is finished. It lists the files that the
 * run left with their digests, so that changed ones are noticed.
 *
 * @param key hash that identifies the run
 * @param epochs number of epochs of the run; empty in folders of earlier versions
 * @param files size and digest of each file, by name; empty in folders of earlier versions
 * @param provenance values that the results depend on beside the settings
 */
record RunManifest(String key, OptionalInt epochs, Map<String, FileDigest> files, Map<?, ?> provenance) {
    static final String NAME = "run.json";
    private static final String KEY = "key";
    private static final String EPOCHS = "epochs";
    private static final String FILES = "files";
    private static final String BYTES = "bytes";
    private static final String SHA256 = "sha256";
    private static final String PROVENANCE = "provenance";
    /** End of a message about a manifest that cannot be read: the run itself may be whole. */
    private static final String REMEDY = ": move it away and run the same command again, which ends the run from its "
            + "checkpoint";
    /** Files whose digests are recorded; a run has those of its procedure. A checkpoint has digests of its own. */
    private static final List<String> RECORDED = List.of(RunFolder.CONFIGURATION, RunFolder.HISTORY, RunFolder.METRICS,
            RunFolder.SCORES, RunFolder.PREDICTIONS, WeightedMeans.MARGIN_FILE, WeightedMeans.CONFIDENCE_FILE,
            TasksCsv.NAME);

    /** Size and digest of a file. */
    record FileDigest(long bytes, Sha256 sha256) {
        static FileDigest of(Path file) throws IOException {
            return new FileDigest(Files.size(file), Sha256.ofFile(file));
        }
    }

    /** Writes the manifest of a run whose other files are all there, once they are on the disk. */
    public static void write(Path run, String label, String key, int epochs, Map<String, Object> provenance)
            throws IOException {
        Map<String, Object> files = new LinkedHashMap<>();
        for (String name : RECORDED) {
            if (Files.exists(run.resolve(name))) {
                FileDigest digest = FileDigest.of(run.resolve(name));
                files.put(name, Map.of(BYTES, digest.bytes, SHA256, digest.sha256.hex()));
            }
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("run", label);
        map.put(KEY, key);
        map.put(EPOCHS, epochs);
        map.put(FILES, files);
        map.put(PROVENANCE, provenance);
        AtomicFiles.sync(run);
        Json.write(run.resolve(NAME), map);
    }

    /**
     * Reads the manifest of a run.
     *
     * @throws RunException when it is damaged
     */
    static RunManifest read(Path run) throws IOException {
        Path file = run.resolve(NAME);
        Map<?, ?> fields = RunFolder.values(file, REMEDY);
        if (!(fields.get(KEY) instanceof String key) || !(fields.get(PROVENANCE) instanceof Map<?, ?> provenance)) {
            throw damaged(file, "has no " + KEY + " or no " + PROVENANCE);
        }
        if (!fields.containsKey(EPOCHS) && !fields.containsKey(FILES)) {
            return new RunManifest(key, OptionalInt.empty(), Map.of(), provenance);
        }
        if (!(fields.get(EPOCHS) instanceof Integer epochs) || !(fields.get(FILES) instanceof Map<?, ?> listed)) {
            throw damaged(file, "has no number of " + EPOCHS + " or no list of " + FILES);
        }
        Map<String, FileDigest> files = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : listed.entrySet()) {
            if (!(entry.getValue() instanceof Map<?, ?> values) || !(values.get(BYTES) instanceof Number bytes)
                    || !(values.get(SHA256) instanceof String digest) || !digest.matches("[0-9a-f]{64}")) {
                throw damaged(file, "has no size and digest of " + entry.getKey());
            }
            files.put(entry.getKey().toString(), new FileDigest(bytes.longValue(), new Sha256(digest)));
        }
        return new RunManifest(key, OptionalInt.of(epochs), files, provenance);
    }

    private static RunException damaged(Path file, String problem) {
        return new RunException(file + " " + problem + ", it was altered or damaged" + REMEDY);
    }

    /** Says whether it was written by an earlier version, which recorded neither epochs nor digests. */
    boolean isEarlier() {
        return epochs.isEmpty();
    }

    /**
     * Verifies that a file is what the run left.
     *
     * @throws RunException when it is missing or has changed
     */
    void requireUnaltered(Path run, String name) throws IOException {
        Path file = run.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw RunFolder.damaged(file, "is missing");
        }
        if (isEarlier()) {
            return;
        }
        FileDigest left = files.get(name);
        if (left == null) {
            throw RunFolder.damaged(file, "is not among the files that " + NAME + " lists");
        }
        long bytes = Files.size(file);
        if (bytes != left.bytes) {
            throw RunFolder.damaged(file, "has bytes=" + bytes + " where " + NAME + " has " + left.bytes
                    + ", it was altered or damaged");
        }
        Sha256 digest = Sha256.ofFile(file);
        if (!digest.equals(left.sha256)) {
            throw RunFolder.damaged(file, "has sha256=" + digest + " where " + NAME + " has " + left.sha256
                    + ", it was altered or damaged");
        }
    }
}
