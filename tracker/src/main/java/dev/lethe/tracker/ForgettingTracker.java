package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A recorder of which examples a training run predicts right, epoch by epoch, at a cost that training does not notice.
 * <p>
 * <b>Threads.</b> {@code record} is wait-free, allocates nothing after a thread's first batch (except a kilobyte for
 * each {@link RecordedEpoch}), and may be called from any number of threads at once, in any order of examples. The
 * caller must order the presentations of <em>one</em> example (training loops do: an example goes to one worker at a
 * time). A second presentation of an example in an epoch is either refused before it changes anything, or kept,
 * depending on {@link TrackerSpec#repeats}; the first repeat of an epoch allocates memory for the round that it opens,
 * under a lock. {@link #commitEpoch} seals an epoch: the caller must order it after the epoch's {@code record} calls
 * (by a joined thread, a barrier, or a future's result). A presentation that overlaps the commit nevertheless is
 * recorded whole, in the sealed epoch or in the next one, but its sums may go to the other of the two; a batch that
 * overlaps it may be divided between them. Nothing is lost or torn, with one exception: the sums of an example that is
 * recorded again in the next epoch before the overlapping call has returned. {@link #discardEpoch} drops what was
 * recorded since the last commit, and has no such tolerance: of a presentation that overlaps it, bits or sums alone may
 * be left.
 * <p>
 * <b>Values that are not finite.</b> A presentation with a NaN or infinite margin, EL2N, probability or loss counts as
 * presented and wrong, whatever {@code correct} says. It makes the example's sums, and so its means, NaN or infinite,
 * so that no mean is silently taken over fewer presentations; and {@link #nonFinitePresentations} counts it.
 * <p>
 * <b>Memory.</b> The tracker holds off-heap memory until {@link #close}: about 21.3 bytes for each example, and 1.3
 * bytes more for each further round of an epoch with repeats. A tracker in memory also holds the history: 40 bytes for
 * each example, and a quarter of a byte for each example and epoch. After {@code close}, which must not overlap {@code
 * record}, recording, committing and {@link #history} throw {@link IllegalStateException}.
 *
 * @see LogitRecorder
 * @see History
 * @see dev.lethe.tracker.score.ForgettingScores
 */
public final class ForgettingTracker implements AutoCloseable {
    private final TrackerSpec spec;
    private final HistoryMedium medium;
    private final HistoryWriter writer;
    private final Arena arena;
    private final OpenEpoch epoch;
    /** Written under the lock ({@link #commitEpoch}), read without it ({@link #committedEpochs}). */
    private volatile int committed;
    /** Written under the lock ({@link #close}), read without it ({@link #requireOpen}). */
    private volatile boolean closed;
    /**
     * True while presentations can be recorded: the tracker is neither closed nor full. Written under the lock ({@link
     * #commitEpoch}, {@link #close}), read without it by recorders ({@link #requireRecording}).
     */
    private volatile boolean recording;

    /** A source of the medium of a history: makes a new one, or hands over one that is open. */
    private interface MediumSource {
        HistoryMedium get() throws IOException;
    }

    private ForgettingTracker(HistoryEnd end, HistoryMedium medium, Arena arena, OpenEpoch epoch) {
        this.spec = end.spec();
        this.medium = medium;
        this.arena = arena;
        this.epoch = epoch;
        this.committed = end.epochs();
        this.writer = new HistoryWriter(medium, HistoryLayout.of(spec), end);
        this.recording = rowsLeft() > 0;
    }

    /** Makes a tracker at the start of a history. If this fails, {@code medium} stays with the caller. */
    static ForgettingTracker on(HistoryMedium medium, TrackerSpec spec) throws IOException {
        return from(HistoryEnd.start(spec), () -> medium);
    }

    /**
     * Makes a tracker that continues a history. Kernels and working memory come before the medium, so that a new
     * history is made only for a tracker that can record into it.
     */
    private static ForgettingTracker from(HistoryEnd end, MediumSource medium) throws IOException {
        PlaneKernels kernels = PlaneKernelChoice.inUse();
        Arena arena = Arena.ofShared();
        try {
            OpenEpoch epoch = new OpenEpoch(HistoryLayout.of(end.spec()), end.spec().repeats(), kernels, arena);
            epoch.load(end);
            return new ForgettingTracker(end, medium.get(), arena, epoch);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Makes a tracker whose history is gone when the tracker and every {@link #history} of it are closed.
     *
     * @param spec
     *            the description of the history
     * @throws IllegalStateException
     *             if there are no kernels to record with: see {@link PlaneKernelChoice#inUse}
     */
    public static ForgettingTracker inMemory(TrackerSpec spec) {
        try {
            return from(HistoryEnd.start(spec), () -> MemoryMedium.create(spec));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
    }

    /**
     * Makes a tracker with a new history file, in which every committed epoch survives the process. An empty file
     * {@code NAME.lock} beside it keeps other writers away, and remains after the tracker is closed.
     *
     * @param path
     *            the file
     * @param spec
     *            the description of the history
     * @throws java.nio.file.FileAlreadyExistsException
     *             if the file exists: a history is never overwritten
     * @throws HistoryException
     *             if another tracker is writing the file
     * @throws IOException
     *             if the file cannot be written
     * @throws IllegalStateException
     *             if there are no kernels to record with: see {@link PlaneKernelChoice#inUse}; no file is made
     */
    public static ForgettingTracker create(Path path, TrackerSpec spec) throws IOException {
        return from(HistoryEnd.start(spec), () -> FileMedium.create(path, spec));
    }

    /**
     * Makes a tracker that continues after the last committed epoch of a history file. The presentations that an
     * interrupted run recorded after that epoch are not in the file.
     *
     * @param path
     *            the file
     * @param spec
     *            the description of the history, which must be that of the file. It may have more epochs: the history
     *            then gets room for them, in a copy that takes its place when it is whole
     * @throws NoSuchFileException
     *             if the file does not exist
     * @throws HistoryException
     *             if another tracker is writing the file, if it is not a sound history, if it is not the history of
     *             {@code spec}, or if a part of it cannot be read; the file is left unchanged
     * @throws IOException
     *             if the file cannot be opened
     * @throws IllegalStateException
     *             if there are no kernels to record with: see {@link PlaneKernelChoice#inUse}
     */
    public static ForgettingTracker resume(Path path, TrackerSpec spec) throws IOException {
        return resume(path, spec, FileMedium::end);
    }

    /**
     * Makes a tracker that continues after a number of epochs of a history file, for training that goes on from a
     * checkpoint. A process that is killed between the commit of an epoch and the checkpoint after it leaves a history
     * that is one epoch ahead: that epoch is dropped from the file before this method returns, and is recorded again.
     *
     * @param path
     *            the file
     * @param spec
     *            the description of the history, as for {@link #resume(Path, TrackerSpec)}
     * @param epochs
     *            the number of epochs that the checkpoint was trained for: those of the history or one fewer, because
     *            running sums are kept after the last two commits
     * @throws NoSuchFileException
     *             if the file does not exist
     * @throws HistoryException
     *             as {@link #resume(Path, TrackerSpec)}; also if the history cannot go back to that epoch, in which
     *             case the message says to which it can
     * @throws IOException
     *             if the file cannot be opened or written
     * @throws IllegalStateException
     *             if there are no kernels to record with: see {@link PlaneKernelChoice#inUse}
     */
    public static ForgettingTracker resume(Path path, TrackerSpec spec, int epochs) throws IOException {
        return resume(path, spec, (medium, arena) -> medium.end(arena, epochs));
    }

    /** A choice of the end from which a tracker continues. */
    @FunctionalInterface
    private interface EndChoice {
        HistoryEnd of(FileMedium medium, Arena arena) throws IOException;
    }

    private static ForgettingTracker resume(Path path, TrackerSpec spec, EndChoice choice) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "there is no history to resume: create it");
        }
        PlaneKernelChoice.inUse(); // refuses before the file is locked
        FileMedium medium = FileMedium.open(path);
        try (Arena scratch = Arena.ofConfined()) {
            checkResumable(path, medium.end(scratch), spec);
            HistoryEnd end = choice.of(medium, scratch);
            if (spec.epochs() > end.spec().epochs()) {
                medium.enlarge(end, spec);
            } else {
                new HistoryWriter(medium, HistoryLayout.of(spec), end).withdrawRecordInDoubt();
            }
            return from(end.withoutSurplus(spec), () -> medium);
        } catch (IOException | RuntimeException | Error e) {
            medium.close();
            throw e;
        }
    }

    private static void checkResumable(Path path, HistoryEnd end, TrackerSpec spec) throws HistoryException {
        if (end.minor() > HistoryLayout.MINOR) {
            throw new HistoryException(path.toString(), "format version=" + HistoryLayout.MAJOR + "." + end.minor()
                    + ", this library writes version=" + HistoryLayout.MAJOR + "." + HistoryLayout.MINOR
                    + ": it can be read but not resumed, use the release that wrote it");
        }
        TrackerSpec found = end.spec();
        checkSame(path, "examples", found.examples(), spec.examples());
        if (spec.epochs() < found.epochs()) { // more are made room for
            checkSame(path, "epochs", found.epochs(), spec.epochs());
        }
        checkSame(path, "fingerprint", found.fingerprint(), spec.fingerprint());
        checkSame(path, "configuration", found.configuration(), spec.configuration());
        checkSame(path, "repeats", found.repeats(), spec.repeats());
    }

    private static void checkSame(Path path, String what, Object found, Object wanted) throws HistoryException {
        if (!found.equals(wanted)) {
            throw new HistoryException(path.toString(), "not the history of this run, it has " + what + "=" + found
                    + " where the run has " + what + "=" + wanted + ": resume it with the run it belongs to");
        }
    }

    /**
     * Records one presentation in the current epoch, by plain accesses that the caller orders before {@link
     * #commitEpoch}.
     *
     * @param example
     *            the example's id, {@code [0, examples)}
     * @param correct
     *            whether the example's label was predicted
     * @param margin
     *            the logit of the label minus the largest other logit: {@link RunningSum#MARGIN}
     * @param el2n
     *            the L2 norm of softmax minus one-hot: {@link RunningSum#EL2N}
     * @param probability
     *            the softmax probability of the label: {@link RunningSum#PROBABILITY}
     * @param loss
     *            the cross-entropy in nats: {@link RunningSum#LOSS}
     * @throws IndexOutOfBoundsException
     *             if there is no such example; nothing is recorded
     * @throws IllegalStateException
     *             if the example was presented before in this epoch and repeats are refused, if the history has no room
     *             for another round, if all epochs are committed, or if the tracker is closed; nothing is recorded
     */
    public void record(int example, boolean correct, float margin, float el2n, float probability, float loss) {
        requireRecording();
        epoch.record(example, correct, margin, el2n, probability, loss);
    }

    /**
     * Records rows {@code [first, first + count)} of a batch in the current epoch, by plain accesses that the caller
     * orders before {@link #commitEpoch}. Rows whose ids are consecutive are recorded 64 at a time.
     *
     * @param columns
     *            the presentations, one in each row
     * @param first
     *            the first row, {@code [0, columns.rows()]}
     * @param count
     *            the number of rows, {@code [0, columns.rows() - first]}
     * @throws IndexOutOfBoundsException
     *             if the columns have no such rows, or an id is not an example; nothing is recorded
     * @throws IllegalStateException
     *             if an example is refused because it was presented before in this epoch: the rows before it are
     *             recorded, it and those after it are not; or if all epochs are committed or the tracker is closed:
     *             nothing is recorded
     */
    public void record(PresentationColumns columns, long first, int count) {
        requireRecording();
        PresentationColumns.checkRows(first, count, columns.rows());
        epoch.record(columns, first, count);
    }

    /**
     * Records presentations that a device has gathered by example in the current epoch, by plain accesses that the
     * caller orders before {@link #commitEpoch}. The history is the same, bit by bit, as if they were recorded one by
     * one.
     *
     * @param gathered
     *            the presentations, at most one of each example
     * @throws IllegalArgumentException
     *             if {@code gathered} has another number of examples than the tracker; nothing is recorded
     * @throws IndexOutOfBoundsException
     *             if an id that is not an example is marked as seen; nothing is recorded
     * @throws IllegalStateException
     *             if an example is refused because it was presented before in this epoch: those before it are recorded,
     *             it and those after it are not; or if all epochs are committed or the tracker is closed: nothing is
     *             recorded
     */
    public void record(RecordedEpoch gathered) {
        requireRecording();
        epoch.record(gathered);
    }

    /**
     * Makes a recorder that computes predictions and scores from logits and labels. It serves one thread, the first
     * that records with it: make one for each.
     *
     * @param classes
     *            the number of logits of an example, {@code [2, 2^24)}
     * @throws IllegalArgumentException
     *             if there cannot be as many
     */
    public LogitRecorder logitRecorder(int classes) {
        return new LogitRecorder(this, PlaneKernelChoice.inUse(), classes);
    }

    /**
     * Commits the presentations since the last commit as the next epoch of the history, by plain accesses that the
     * caller orders after the epoch's {@code record} calls, and starts another epoch. If the history is a file, the
     * epoch is durable when this returns. An epoch without presentations counts as one, too.
     *
     * @return the number of committed epochs, this one included
     * @throws IllegalStateException
     *             if all epochs are committed, or the tracker is closed
     * @throws IOException
     *             if the history could not be written, for example because the disk is full. The epoch is then still
     *             the current one, and the call can be repeated. A resumed tracker continues after the previous commit,
     *             or after this one if only its confirmation failed. Interrupting the thread closes the file, so that
     *             the history can only be resumed
     */
    public synchronized int commitEpoch() throws IOException {
        requireRecording();
        List<EpochPlanes> sealed = epoch.seal();
        writer.commit(sealed, epoch.sums(), epoch.nonFinitePresentations());
        epoch.startNext(sealed, rowsLeft());
        committed++;
        recording = rowsLeft() > 0;
        return committed;
    }

    /**
     * Drops the presentations since the last commit, repeats included, by plain accesses that the caller orders after
     * the {@code record} calls that are to be dropped, and before those that are not; and begins the epoch again, as if
     * nothing of it had been recorded. It is for epochs that end early, for example because the loss is not finite.
     * Where nothing was recorded nothing changes. Recorders that exist go on, and open histories are not affected.
     * <p>
     * An epoch whose commit failed can be dropped, too: if its record may be in the file, it is withdrawn first.
     * <p>
     * The sums of the last commit are read back from the history, of which every checksum is verified, so that each
     * committed byte is read once. Meanwhile that takes 20 bytes of memory for each example.
     *
     * @throws IllegalStateException
     *             if the tracker is closed
     * @throws HistoryException
     *             if the history file is altered, or a part of it cannot be read. Nothing was dropped, and the epoch
     *             can be committed
     * @throws IOException
     *             if the history file cannot be opened, or the record of a failed commit not be withdrawn. Nothing was
     *             dropped, and the call can be repeated
     */
    public synchronized void discardEpoch() throws IOException {
        requireOpen();
        writer.withdrawRecordInDoubt();
        try (Arena scratch = Arena.ofConfined()) {
            epoch.startOver(medium.end(scratch));
        }
    }

    private int rowsLeft() {
        return spec.epochs() - writer.rows();
    }

    /**
     * Opens the epochs committed so far, under the lock of {@link #commitEpoch}, so that it sees them whole. The caller
     * closes the result, before or after the tracker.
     *
     * @throws IOException
     *             if the history file cannot be read back
     */
    public synchronized History history() throws IOException {
        requireOpen();
        return medium.history();
    }

    /** Returns the description of the history that the tracker was made with. */
    public TrackerSpec spec() {
        return spec;
    }

    /**
     * Returns the number of committed epochs, after which the current one comes, by a volatile read. It pairs
     * with the write of {@link #commitEpoch}.
     */
    public int committedEpochs() {
        return committed;
    }

    /**
     * Returns how many presentations came with a NaN or infinite value so far, those of the current epoch included, by
     * a volatile read. It pairs with the atomic additions of {@code record}.
     */
    public long nonFinitePresentations() {
        return epoch.nonFinitePresentations();
    }

    /**
     * Gives back memory, file and lock, and drops the presentations recorded since the last commit. Closing again does
     * nothing.
     *
     * @throws IOException
     *             if the file cannot be closed
     */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            recording = false;
            try (medium) {
                arena.close();
            }
        }
    }

    @Override
    public String toString() {
        return "tracker of history=" + medium.name() + " examples=" + spec.examples() + " epochs=" + committed + "/"
                + spec.epochs();
    }

    /**
     * Refuses use after the last epoch or after {@link #close}, by a volatile read of one field. It pairs with the
     * writes of {@link #commitEpoch} and {@link #close}.
     */
    private void requireRecording() {
        if (!recording) {
            requireOpen();
            throw new IllegalStateException(
                    this + " is full: make it with room for as many epochs as the run may have");
        }
    }

    /** Refuses use after {@link #close}, by a volatile read that pairs with its write. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
    }
}
