package dev.lethe.train.checkpoint;

import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.io.FileBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checkpoint of a run, {@code checkpoint/} in the run's folder, with {@code weights.safetensors}, {@code
 * optimizer.safetensors} and {@code state.json}. It is replaced as a whole:
 *
 * <pre>
 * 1  write checkpoint.tmp, every file and the folder durable
 * 2  checkpoint     -> checkpoint.old     from here to 3, checkpoint.old is the checkpoint
 * 3  checkpoint.tmp -> checkpoint
 * 4  make the renames durable, delete checkpoint.old
 * </pre>
 *
 * A process that is killed at any moment leaves the old checkpoint or the new one; its other files are removed by the
 * next write. Not thread-safe; one process at a time.
 *
 * @see dev.lethe.train.Trainer#restore
 * @see dev.lethe.tracker.ForgettingTracker#resume
 */
public final class CheckpointFolder {
    /** Name of a checkpoint in the folder of its run. */
    public static final String NAME = "checkpoint";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final Map<String, String> METADATA = Map.of("format", "pt");
    private static final int DIGESTED_AT_ONCE = 1 << 16;
    private static final long MOST_STATE_BYTES = 1 << 26; // what is longer is no state, whatever its end
    /** Largest number of times that a checkpoint is read anew because it was replaced meanwhile. */
    private static final int MOST_TRIES = 1000;
    /** Number of looks for a checkpoint whose folder has just been renamed. */
    private static final int LOOKS = 10;

    private final Path run;
    private final Path current;
    private final Path previous;
    private final Path unfinished;
    private final FileOperations files;

    /**
     * Names a checkpoint; nothing is read or written yet.
     *
     * @param run folder of the run, which need not exist
     */
    public CheckpointFolder(Path run) {
        this(run, FileOperations.disk());
    }

    CheckpointFolder(Path run, FileOperations files) {
        this.run = run;
        this.files = files;
        current = run.resolve(NAME);
        previous = run.resolve(NAME + ".old");
        unfinished = run.resolve(NAME + ".tmp");
    }

    /**
     * Replaces the checkpoint.
     *
     * @throws IOException when it cannot be written; the old checkpoint can still be read
     */
    public void write(TrainingState state) throws IOException {
        restorePrevious();
        deleteFolder(unfinished);
        files.createFolder(unfinished);
        StateFile stateFile = new StateFile(state.run(), state.epoch(), writeTensors(WEIGHTS, state.weights()),
                writeTensors(OPTIMIZER, state.optimizer()), state.metrics());
        files.write(unfinished.resolve(StateFile.NAME),
                output -> output.write(stateFile.text().getBytes(StandardCharsets.UTF_8)));
        files.sync(unfinished);
        if (Files.exists(current)) {
            deleteFolder(previous);
            files.move(current, previous);
        }
        files.move(unfinished, current);
        files.sync(run);
        deleteFolder(previous);
    }

    private void restorePrevious() throws IOException {
        if (!Files.exists(current) && Files.exists(previous)) { // a process died between the renames
            files.move(previous, current);
        }
    }

    /** Removes the files of a killed process, as the next write would do too. The checkpoint itself is left alone. */
    public void removeLeftovers() throws IOException {
        restorePrevious();
        deleteFolder(unfinished);
        if (Files.exists(previous) && wholeEpoch(current).isPresent()) { // or else the other one is all there is
            files.sync(run); // so that the renames are durable before
            deleteFolder(previous);
        }
    }

    private Sha256 writeTensors(String name, Map<String, NamedArray> arrays) throws IOException {
        MessageDigest digest = Sha256.digest();
        Safetensors content = new Safetensors(arrays, METADATA);
        files.write(unfinished.resolve(name), output -> content.writeTo(new DigestOutputStream(output, digest)));
        return Sha256.ofDigest(digest.digest());
    }

    private void deleteFolder(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    files.delete(path);
                }
            }
        }
    }

    /**
     * Reads the checkpoint, which another process may replace meanwhile; returns empty if there is none. Changes
     * nothing.
     *
     * @param expected run that is to be continued
     * @throws CheckpointException when the checkpoint is damaged, cannot be read, or is of another model, data set,
     *         seed or configuration; the message names both values
     * @throws IOException when it cannot be opened
     */
    public Optional<TrainingState> read(RunIdentity expected) throws IOException {
        for (int tries = 1;; tries++) {
            Optional<Found> found = find();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(read(found.get(), expected));
            } catch (CheckpointException | NoSuchFileException e) {
                if (tries == MOST_TRIES || found.equals(find())) { // it was not replaced
                    throw damaged(found.get(), e);
                }
            }
        }
    }

    /**
     * Checkpoint that was found at one moment.
     *
     * @param folder folder that it was found in
     * @param key file system's key of that folder, which another folder of the same name does not have
     * @param state content of its {@code state.json}; empty if that is missing
     */
    private record Found(Path folder, Object key, String state) {}

    private Optional<Found> find() throws IOException {
        Optional<Found> incomplete = Optional.empty();
        for (int look = 0; look < LOOKS; look++) { // a folder may be renamed between one operation and the next
            Optional<Path> folder = folder();
            if (folder.isPresent()) {
                Object key = "";
                try {
                    key = Files.readAttributes(folder.get(), BasicFileAttributes.class).fileKey();
                    Path file = folder.get().resolve(StateFile.NAME);
                    files.looking(file);
                    return Optional.of(new Found(folder.get(), key,
                            new String(content(file), StandardCharsets.ISO_8859_1)));
                } catch (NoSuchFileException _) { // which is missing, or was moved
                    incomplete = Optional.of(new Found(folder.get(), key, ""));
                }
            }
        }
        return incomplete;
    }

    private Optional<Path> folder() {
        for (Path folder : List.of(current, previous)) {
            files.looking(folder);
            if (Files.exists(folder)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    private TrainingState read(Found found, RunIdentity expected) throws IOException {
        Path file = found.folder.resolve(StateFile.NAME);
        if (found.state.isEmpty() && !Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        StateFile state = StateFile.parse(file.toString(), found.state.getBytes(StandardCharsets.ISO_8859_1));
        state.run().requireSame(found.folder.toString(), expected);
        return new TrainingState(state.run(), state.epoch(),
                readTensors(found.folder.resolve(WEIGHTS), state.weights()),
                readTensors(found.folder.resolve(OPTIMIZER), state.optimizer()), state.metrics());
    }

    /** Makes the exception for a checkpoint that cannot be read, which names a whole one beside it if there is one. */
    private CheckpointException damaged(Found found, IOException failure) {
        String problem = failure instanceof NoSuchFileException missing
                ? missing.getFile() + ": the file is missing" + CheckpointException.REMEDY
                : failure.getMessage();
        String other = found.folder.equals(current) && wholeEpoch(current).isEmpty()
                ? wholeEpoch(previous).map(epoch -> "; " + previous + " beside it is whole, after epoch " + epoch
                        + ", and is used where " + current + " is moved away").orElse("")
                : "";
        return new CheckpointException(problem + other, failure);
    }

    /** Returns the epoch of a checkpoint that is whole; empty if it is damaged or missing. */
    private Optional<Integer> wholeEpoch(Path folder) {
        try {
            Path file = folder.resolve(StateFile.NAME);
            StateFile state = StateFile.parse(file.toString(), content(file));
            readTensors(folder.resolve(WEIGHTS), state.weights());
            readTensors(folder.resolve(OPTIMIZER), state.optimizer());
            return Optional.of(state.epoch());
        } catch (IOException _) { // which says that it is not
            return Optional.empty();
        }
    }

    private FileBytes open(Path file) throws IOException {
        return new FileBytes(files.open(file), CheckpointException.of(file));
    }

    private byte[] content(Path file) throws IOException {
        try (FileBytes bytes = open(file)) {
            byte[] content = new byte[(int) Math.min(MOST_STATE_BYTES, bytes.size())];
            bytes.read(0, MemorySegment.ofArray(content));
            return content;
        }
    }

    private Map<String, NamedArray> readTensors(Path file, Sha256 expected) throws IOException {
        files.looking(file);
        try (FileBytes bytes = open(file)) {
            Sha256 digest = digest(bytes);
            if (!digest.equals(expected)) {
                throw new CheckpointException(file.toString(), "sha256=" + digest + " where " + StateFile.NAME + " has "
                        + expected + ": it was truncated or altered, or is of another checkpoint"
                        + CheckpointException.REMEDY);
            }
            return Safetensors.read(file.toString(), bytes).arrays();
        }
    }

    private static Sha256 digest(FileBytes bytes) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] chunk = new byte[DIGESTED_AT_ONCE];
        long size = bytes.size();
        for (long at = 0; at < size; at += DIGESTED_AT_ONCE) {
            int count = (int) Math.min(DIGESTED_AT_ONCE, size - at);
            bytes.read(at, MemorySegment.ofArray(chunk).asSlice(0, count));
            digest.update(chunk, 0, count);
        }
        return Sha256.ofDigest(digest.digest());
    }
}
