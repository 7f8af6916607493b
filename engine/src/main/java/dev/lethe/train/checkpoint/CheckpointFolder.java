package dev.lethe.train.checkpoint;

import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The checkpoint of a run, {@code checkpoint/} in the run's folder, with {@code weights.safetensors},
 * {@code optimizer.safetensors} and {@code state.json}. It is replaced as a whole:
 *
 * <pre>
 * 1  write checkpoint.tmp, every file and the folder durable
 * 2  checkpoint     -> checkpoint.old     from here to 3, checkpoint.old is the checkpoint
 * 3  checkpoint.tmp -> checkpoint
 * 4  make the renames durable, delete checkpoint.old
 * </pre>
 *
 * A process killed at any moment leaves the checkpoint before or the new one; what else it leaves, the next write
 * removes. Not thread-safe; one process at a time.
 */
public final class CheckpointFolder {
    private static final String NAME = "checkpoint";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final Map<String, String> METADATA = Map.of("format", "pt");
    private static final long DIGESTED_AT_ONCE = 1 << 30; // a ByteBuffer has less than 2 GiB
    private static final String REMEDY = ": delete the checkpoint to train from the start";

    private final Path run;
    private final Path current;
    private final Path previous;
    private final Path unfinished;
    private final FileOperations files;

    /**
     * Nothing is read or written yet.
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
     * @throws IOException when it cannot be written; the checkpoint before can still be read
     */
    public void write(TrainingState state) throws IOException {
        if (!Files.exists(current) && Files.exists(previous)) { // a process died between the renames
            files.move(previous, current);
        }
        deleteFolder(unfinished);
        files.createFolder(unfinished);
        StateFile stateFile = new StateFile(state.run(), state.epoch(), writeTensors(WEIGHTS, state.weights()),
                writeTensors(OPTIMIZER, state.optimizer()));
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

    private Sha256 writeTensors(String name, Map<String, NamedArray> arrays) throws IOException {
        MessageDigest digest = sha256();
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
     * Reads the checkpoint; empty where there is none. Changes nothing.
     *
     * @param expected the run that wants to go on
     * @throws CheckpointException when the checkpoint is damaged or of another model, data set, seed or configuration;
     *         the message names both values
     * @throws IOException when it cannot be read
     */
    public Optional<TrainingState> read(RunIdentity expected) throws IOException {
        Path folder = Files.exists(current) ? current : previous;
        if (!Files.exists(folder)) {
            return Optional.empty();
        }
        try {
            Path file = folder.resolve(StateFile.NAME);
            StateFile state = StateFile.parse(file.toString(), Files.readAllBytes(file));
            state.run().requireSame(folder.toString(), expected);
            return Optional.of(new TrainingState(state.run(), state.epoch(),
                    readTensors(folder.resolve(WEIGHTS), state.weights()),
                    readTensors(folder.resolve(OPTIMIZER), state.optimizer())));
        } catch (NoSuchFileException e) {
            throw new CheckpointException(e.getFile(), "the file is missing" + REMEDY, e);
        }
    }

    private static Map<String, NamedArray> readTensors(Path file, Sha256 expected) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ); Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Sha256 digest = digest(bytes);
            if (!digest.equals(expected)) {
                throw new CheckpointException(file.toString(), "sha256=" + digest + " where " + StateFile.NAME + " has "
                        + expected + ", it was truncated or altered" + REMEDY);
            }
            return Safetensors.read(file.toString(), bytes).arrays();
        }
    }

    private static Sha256 digest(MemorySegment bytes) {
        MessageDigest digest = sha256();
        for (long at = 0; at < bytes.byteSize(); at += DIGESTED_AT_ONCE) {
            digest.update(bytes.asSlice(at, Math.min(DIGESTED_AT_ONCE, bytes.byteSize() - at)).asByteBuffer());
        }
        return Sha256.ofDigest(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
