package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/**
 * The committed epochs of a run, read only: which examples were seen and predicted right in each, and the running sums
 * up to the last. A snapshot: epochs committed later are not in it, and whatever happens to the file later does not
 * change it.
 * <p>
 * Immutable and safe from any number of threads until {@link #close}; afterwards every method that reads throws
 * {@link IllegalStateException}, and so does access to segments that were handed out. It holds 20 bytes of memory an
 * example, and what it read from a file: one bit an example and row of planes, or two unless every example was seen in
 * every row. Planes of a tracker in memory stay where they are. Opening verifies every checksum, so it reads each
 * committed byte once.
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
     * Where a history comes from, and what closing it gives back.
     */
    record Source(String name, TrackerSpec spec, Arena arena, Runnable release) {}

    /**
     * @param source
     *            owned from now on
     * @param planes
     *            of all rows
     * @param sums
     *            a slot of sums, allocated from the source's arena
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
     * Opens the epochs committed to a file so far. The file may be one that a tracker is writing, in this process or
     * another.
     *
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
     * The history of a data-parallel run from those of its ranks, in memory: planes are united, sums added. An example
     * that several ranks were presented with in one epoch counts as presented several times, in the order of the
     * ranks, as with {@link Repeats#KEPT}. The ranks stay open and stay the caller's.
     *
     * @throws IllegalArgumentException
     *             if there are no ranks, they differ in specification or committed epochs, or ranks that refuse
     *             repeats have one; the message names them
     */
    public static History merge(List<History> ranks) {
        return HistoryMerge.of(ranks);
    }

    /** What the history is of. */
    public TrackerSpec spec() {
        return source.spec;
    }

    /** The number of examples. */
    public int examples() {
        return source.spec.examples();
    }

    /** The number of committed epochs. */
    public int epochs() {
        return rows.epochs();
    }

    /**
     * How many times the most presented example of an epoch was presented in it, but at least 1. More than 1 only with
     * {@link Repeats#KEPT}.
     *
     * @param epoch
     *            counted from 0
     */
    public int rounds(int epoch) {
        return rows.rounds(checkEpoch(epoch));
    }

    /**
     * How many presentations an epoch had, in all its rounds, and how many were predicted right.
     *
     * @param epoch
     *            counted from 0
     */
    public EpochTotals totals(int epoch) {
        return rows.epochTotals(checkEpoch(epoch));
    }

    /** Presentations of all committed epochs that came with a NaN or infinite value. */
    public long nonFinitePresentations() {
        return nonFinite;
    }

    /**
     * The <em>seen</em> plane of an epoch's first round, read only: bit {@code i % 64} of little-endian 64-bit word
     * {@code i / 64} is set where example {@code i} was presented; padded with zeros to a multiple of 64 bytes.
     *
     * @param epoch
     *            counted from 0
     */
    public MemorySegment seen(int epoch) {
        return seenInRound(epoch, 0);
    }

    /**
     * The <em>seen</em> plane of a round, laid out as {@link #seen(int)}: set where the example was presented more than
     * {@code round} times.
     *
     * @param epoch
     *            counted from 0
     * @param round
     *            {@code [0, rounds(epoch))}
     */
    public MemorySegment seenInRound(int epoch, int round) {
        int row = row(epoch, round);
        return rows.everyExampleSeen(row) ? everySeen : planes.seen(row);
    }

    /**
     * The <em>correct</em> plane of an epoch's first round, laid out as {@link #seen(int)}: set where the example was
     * presented and predicted right.
     *
     * @param epoch
     *            counted from 0
     */
    public MemorySegment correct(int epoch) {
        return correctInRound(epoch, 0);
    }

    /**
     * The <em>correct</em> plane of a round.
     *
     * @param epoch
     *            counted from 0
     * @param round
     *            {@code [0, rounds(epoch))}
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
        return rows.row(epoch, round);
    }

    /** Whether an example was presented in an epoch, both counted from 0. */
    public boolean seen(int epoch, int example) {
        return bit(seen(epoch), example);
    }

    /** Whether an example's last presentation in an epoch was predicted right; false where it had none. */
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
     * The running sums over all committed epochs, read only: little-endian float32, (examples,
     * {@link RunningSum#COUNT}).
     */
    public MemorySegment sums() {
        requireOpen();
        return sums.asSlice(0, examples() * HistoryLayout.SUMS_BYTES);
    }

    /** One running sum of one example over all committed epochs. */
    public float sum(RunningSum sum, int example) {
        requireOpen();
        return sums.get(HistoryLayout.FLOAT, HistoryLayout.sum(checkExample(example), sum));
    }

    /**
     * The planes of the first {@code epochs} epochs, for a scan. Valid until this history is closed.
     *
     * @param epochs
     *            {@code [0, epochs()]}
     */
    public PlaneTable planes(int epochs) {
        return planes(0, epochs);
    }

    /**
     * The planes of epochs {@code [from, to)}, one row of the table a round. Valid until this history is closed.
     *
     * @param from
     *            {@code [0, to]}
     * @param to
     *            {@code [from, epochs()]}
     */
    public PlaneTable planes(int from, int to) {
        requireOpen();
        if (from < 0 || from > to || to > epochs()) {
            throw new IndexOutOfBoundsException((from == 0 ? "" : "from=" + from + " to ") + "epochs=" + to
                    + " is not in [0, " + epochs() + "], the epochs committed to history=" + source.name);
        }
        int first = rows.firstRows()[from];
        long[] every = new long[rows.firstRows()[to] - first];
        for (int row = 0; row < every.length; row++) {
            every[row] = rows.everyExampleSeen(first + row) ? -1L : 0;
        }
        return planes.table(examples(), first, every);
    }

    /** The rows of planes: epochs, and their rounds after the first. */
    int rows() {
        return rows.totals().size();
    }

    /** Gives back its memory. Closing again does nothing. */
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

    private int checkEpoch(int epoch) {
        if (epoch < 0 || epoch >= epochs()) {
            throw new IndexOutOfBoundsException("epoch=" + epoch + " is not among the " + epochs()
                    + " epochs committed to history=" + source.name);
        }
        return epoch;
    }

    private int checkExample(int example) {
        if (example < 0 || example >= examples()) {
            throw new IndexOutOfBoundsException(
                    "example=" + example + " is not in [0, " + examples() + ") of history=" + source.name);
        }
        return example;
    }
}
