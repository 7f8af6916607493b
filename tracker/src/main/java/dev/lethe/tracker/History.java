package dev.lethe.tracker;

import dev.lethe.tracker.table.PlaneTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/**
 * The committed epochs of a run, read only: the examples that were seen and predicted right in each epoch, and the
 * running sums up to the last. A history is a snapshot: it does not have epochs that are committed later, and later
 * changes of the file do not change it.
 * <p>
 * The number of an epoch counts from 1, here and everywhere in Lethe: in parameters, messages, tables and arrays of
 * such numbers. Arrays over epochs hold epoch 1 at index 0, as arrays do. Rounds of an epoch are indices, from 0.
 * <p>
 * Immutable and safe from any number of threads until {@link #close}; afterwards every method that reads throws {@link
 * IllegalStateException}, and so does access to segments that were handed out. It holds 20 bytes of memory for each
 * example, and the planes that it read from a file: one bit for each example and row, or two unless every example was
 * seen in every row. The planes of a tracker in memory stay where they are. Opening a history verifies every checksum,
 * so it reads each committed byte once.
 *
 * @see dev.lethe.tracker.score.ForgettingScores
 * @see dev.lethe.tracker.score.Score
 */
public final class History implements AutoCloseable {
    private static final byte ALL_ONES = (byte) 0xFF;

    private final Source source;
    private final HistoryPlanes planes;
    private final HistoryRows rows;
    private final MemorySegment sums;
    private final MemorySegment everySeen;
    private final long nonFinite;
    /** Written under the lock ({@link #close}), read without it ({@link #requireOpen}). */
    private volatile boolean closed;

    /**
     * The origin of a history, and the memory and the action by which closing it gives everything back.
     *
     * @param name
     *            the name of the history in messages
     * @param spec
     *            the description of the history
     * @param arena
     *            the memory of the history, closed with it
     * @param release
     *            runs when the history is closed
     */
    record Source(String name, TrackerSpec spec, Arena arena, Runnable release) {}

    /**
     * Takes over what was read.
     *
     * @param source
     *            the origin of the history, owned from now on
     * @param planes
     *            the planes of all rows
     * @param rows
     *            the rows of each epoch
     * @param sums
     *            a slot of sums, allocated from the source's arena
     * @param nonFinite
     *            the presentations that came with a NaN or infinite value
     */
    History(Source source, HistoryPlanes planes, HistoryRows rows, MemorySegment sums, long nonFinite) {
        this.source = source;
        this.planes = planes.asReadOnly();
        this.rows = rows;
        this.sums = sums.asReadOnly();
        this.nonFinite = nonFinite;
        this.everySeen = rows.totals().stream().anyMatch(EpochTotals::everyExampleSeen) ? ones() : MemorySegment.NULL;
    }

    /**
     * Opens the epochs committed to a file so far. A tracker, in this process or another, may be writing the file.
     *
     * @param path
     *            the file
     * @throws HistoryException
     *             if the file is foreign, truncated, altered or of an unknown version, or a part of it cannot be read;
     *             the message says which
     * @throws IOException
     *             if it cannot be opened
     */
    public static History open(Path path) throws IOException {
        return FileMedium.read(path);
    }

    /**
     * Merges the histories of the ranks of a data-parallel run, in memory: planes are united, sums added. If several
     * ranks presented an example in one epoch, it counts as presented several times, in the order of the ranks, as with
     * {@link Repeats#KEPT}. The ranks stay open, and remain the caller's to close.
     *
     * @param ranks
     *            the histories, at least one
     * @throws IllegalArgumentException
     *             if there are no ranks, they differ in specification or committed epochs, or ranks that refuse repeats
     *             have one; the message names them
     */
    public static History merge(List<History> ranks) {
        return HistoryMerge.of(ranks);
    }

    /** Returns the description of the history. */
    public TrackerSpec spec() {
        return source.spec;
    }

    /** Returns the number of examples. */
    public int examples() {
        return source.spec.examples();
    }

    /** Returns the number of committed epochs. */
    public int epochs() {
        return rows.epochs();
    }

    /**
     * Returns the number of rounds of an epoch: the most presentations that an example had in it, and at least 1. There
     * is more than one round only with {@link Repeats#KEPT}.
     *
     * @param epoch
     *            the epoch, counted from 1
     */
    public int rounds(int epoch) {
        return rows.rounds(index(epoch));
    }

    /**
     * Returns the number of presentations in an epoch, over all its rounds, and how many of them were predicted right.
     *
     * @param epoch
     *            the epoch, counted from 1
     */
    public EpochTotals totals(int epoch) {
        return rows.epochTotals(index(epoch));
    }

    /** Returns how many presentations of all committed epochs came with a NaN or infinite value. */
    public long nonFinitePresentations() {
        return nonFinite;
    }

    /**
     * Returns the <em>seen</em> plane of an epoch's first round, read only: bit {@code i % 64} of little-endian 64-bit
     * word {@code i / 64} is set where example {@code i} was presented; padded with zeros to a multiple of 64 bytes.
     *
     * @param epoch
     *            the epoch, counted from 1
     */
    public MemorySegment seen(int epoch) {
        return seenInRound(epoch, 0);
    }

    /**
     * Returns the <em>seen</em> plane of a round, laid out as {@link #seen(int)}: a bit is set where the example was
     * presented more than {@code round} times.
     *
     * @param epoch
     *            the epoch, counted from 1
     * @param round
     *            the round, {@code [0, rounds(epoch))}
     */
    public MemorySegment seenInRound(int epoch, int round) {
        int row = row(epoch, round);
        return rows.everyExampleSeen(row) ? everySeen : planes.seen(row);
    }

    /**
     * Returns the <em>correct</em> plane of an epoch's first round, laid out as {@link #seen(int)}: a bit is set where
     * the example was presented and predicted right.
     *
     * @param epoch
     *            the epoch, counted from 1
     */
    public MemorySegment correct(int epoch) {
        return correctInRound(epoch, 0);
    }

    /**
     * Returns the <em>correct</em> plane of a round, laid out as {@link #seen(int)}: a bit is set where the example was
     * presented in the round and predicted right.
     *
     * @param epoch
     *            the epoch, counted from 1
     * @param round
     *            the round, {@code [0, rounds(epoch))}
     */
    public MemorySegment correctInRound(int epoch, int round) {
        return planes.correct(row(epoch, round));
    }

    private int row(int epoch, int round) {
        requireOpen();
        if (round < 0 || round >= rounds(epoch)) {
            throw new IndexOutOfBoundsException("round=" + round + " is not among the " + rounds(epoch)
                    + " rounds of epoch=" + epoch + " in history=" + source.name);
        }
        return rows.row(index(epoch), round);
    }

    /**
     * Tells whether an example was presented in an epoch.
     *
     * @param epoch
     *            the epoch, counted from 1
     * @param example
     *            the example, {@code [0, examples())}
     */
    public boolean seen(int epoch, int example) {
        return bit(seen(epoch), example);
    }

    /**
     * Tells whether an example's last presentation in an epoch was predicted right; false where it had none.
     *
     * @param epoch
     *            the epoch, counted from 1
     * @param example
     *            the example, {@code [0, examples())}
     */
    public boolean correct(int epoch, int example) {
        int round = rounds(epoch) - 1;
        while (round > 0 && !bit(seenInRound(epoch, round), example)) {
            round--;
        }
        return bit(correctInRound(epoch, round), example);
    }

    private boolean bit(MemorySegment plane, int example) {
        checkExample(example);
        return (plane.get(ValueLayout.JAVA_BYTE, example / Byte.SIZE) >>> example % Byte.SIZE & 1) != 0;
    }

    /**
     * Returns the running sums over all committed epochs, read only: little-endian float32, (examples, {@link
     * RunningSum#COUNT}), the columns being those of {@link RunningSum#column}.
     */
    public MemorySegment sums() {
        requireOpen();
        return sums.asSlice(0, examples() * HistoryLayout.SUMS_BYTES);
    }

    /**
     * Returns one running sum of one example over all committed epochs.
     *
     * @param sum
     *            the value that is summed
     * @param example
     *            the example, {@code [0, examples())}
     */
    public float sum(RunningSum sum, int example) {
        requireOpen();
        return sums.get(HistoryLayout.FLOAT, HistoryLayout.sum(checkExample(example), sum));
    }

    /**
     * Returns the planes of the first {@code epochs} epochs, for a scan. The table is valid until this history is
     * closed.
     *
     * @param epochs
     *            the number of epochs, {@code [0, epochs()]}
     */
    public PlaneTable planes(int epochs) {
        return planes(0, epochs);
    }

    /**
     * Returns the planes of the epochs after one epoch, up to another, one row of the table for each round. The table
     * is valid until this history is closed.
     *
     * @param after
     *            the epoch before the first, {@code [0, upTo]}; 0 to begin with epoch 1
     * @param upTo
     *            the last epoch, {@code [after, epochs()]}
     */
    public PlaneTable planes(int after, int upTo) {
        requireOpen();
        if (after < 0 || after > upTo || upTo > epochs()) {
            throw new IndexOutOfBoundsException((after == 0 ? "" : "after=" + after + " up to ") + "epochs=" + upTo
                    + " is not in [0, " + epochs() + "], the epochs committed to history=" + source.name);
        }
        int first = rows.firstRows()[after];
        long[] every = new long[rows.firstRows()[upTo] - first];
        for (int row = 0; row < every.length; row++) {
            every[row] = rows.everyExampleSeen(first + row) ? -1L : 0;
        }
        return planes.table(examples(), first, every);
    }

    /** Returns the number of rows of planes: one for each epoch, and one for each round after the first. */
    int rows() {
        return rows.totals().size();
    }

    /** Gives back the memory of the history. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            source.arena.close();
            source.release.run();
        }
    }

    @Override
    public String toString() {
        return "history=" + source.name + " examples=" + examples() + " epochs=" + epochs();
    }

    private MemorySegment ones() {
        MemorySegment plane = source.arena.allocate(planes.planeBytes(), HistoryLayout.ALIGNMENT);
        plane.asSlice(0, examples() / Byte.SIZE).fill(ALL_ONES);
        if (examples() % Byte.SIZE != 0) {
            plane.set(ValueLayout.JAVA_BYTE, examples() / Byte.SIZE, (byte) ((1 << examples() % Byte.SIZE) - 1));
        }
        return plane.asReadOnly();
    }

    /** Refuses use after {@link #close}, by a volatile read that pairs with its write. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("history=" + source.name + " is closed");
        }
    }

    /** Returns the index, from 0, of an epoch, which is counted from 1. */
    private int index(int epoch) {
        if (epoch < 1 || epoch > epochs()) {
            throw new IndexOutOfBoundsException("epoch=" + epoch + " is not in [1, " + epochs()
                    + "], the epochs committed to history=" + source.name);
        }
        return epoch - 1;
    }

    private int checkExample(int example) {
        if (example < 0 || example >= examples()) {
            throw new IndexOutOfBoundsException(
                    "example=" + example + " is not in [0, " + examples() + ") of history=" + source.name);
        }
        return example;
    }
}
