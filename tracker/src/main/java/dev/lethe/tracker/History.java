package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The committed epochs of a run, read only: which examples were seen and predicted right in each, and the running sums
 * up to the last. A snapshot: epochs committed later are not in it.
 * <p>
 * Immutable and safe from any number of threads until {@link #close}; afterwards every method that reads throws
 * {@link IllegalStateException}, and so does access to segments that were handed out. It holds 20 bytes of memory an
 * example; the planes are mapped, not loaded. Opening verifies every checksum, so it reads each committed byte once.
 */
public final class History implements AutoCloseable {
    private static final byte ALL_ONES = (byte) 0xFF;

    private final Source source;
    private final HistoryLayout layout;
    private final MemorySegment bytes;
    private final EpochTotals[] totals;
    private final MemorySegment sums;
    private final MemorySegment everySeen;
    private final long nonFinite;
    private volatile boolean closed;

    /**
     * Where a history comes from, and what closing it gives back.
     */
    record Source(String name, TrackerSpec spec, int minor, Arena arena, Runnable release) {}

    /**
     * @param source
     *            owned from now on
     * @param bytes
     *            laid out by {@link HistoryLayout}; only planes are read
     * @param totals
     *            one an epoch
     * @param sums
     *            a slot of sums, allocated from the source's arena
     */
    History(Source source, MemorySegment bytes, EpochTotals[] totals, MemorySegment sums, long nonFinite) {
        this.source = source;
        this.layout = new HistoryLayout(source.spec.examples(), source.spec.epochs());
        this.bytes = bytes.asReadOnly();
        this.totals = totals;
        this.sums = sums.asReadOnly();
        this.nonFinite = nonFinite;
        this.everySeen = Arrays.stream(totals).anyMatch(EpochTotals::everyExampleSeen) ? ones() : MemorySegment.NULL;
    }

    /**
     * Opens the epochs committed to a file so far. The file may be one that a tracker is writing, in this process or
     * another.
     *
     * @throws HistoryException
     *             if the file is foreign, truncated, altered or of an unknown version; the message says which
     * @throws IOException
     *             if it cannot be read
     */
    public static History open(Path path) throws IOException {
        return FileMedium.read(path);
    }

    /**
     * The history of a data-parallel run from those of its ranks, in memory: planes are united, sums added. The ranks
     * stay open and stay the caller's.
     *
     * @throws IllegalArgumentException
     *             if there are no ranks, they differ in specification or committed epochs, or an example was presented
     *             to two ranks in one epoch; the message names them
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
        return totals.length;
    }

    /**
     * How many examples were presented and predicted right in an epoch.
     *
     * @param epoch
     *            counted from 0
     */
    public EpochTotals totals(int epoch) {
        return totals[checkEpoch(epoch)];
    }

    /** Presentations of all committed epochs that came with a NaN or infinite value. */
    public long nonFinitePresentations() {
        return nonFinite;
    }

    /**
     * The <em>seen</em> plane of an epoch, read only: bit {@code i % 64} of little-endian 64-bit word {@code i / 64} is
     * set where example {@code i} was presented; padded with zeros to a multiple of 64 bytes.
     *
     * @param epoch
     *            counted from 0
     */
    public MemorySegment seen(int epoch) {
        requireOpen();
        if (totals[checkEpoch(epoch)].everyExampleSeen()) {
            return everySeen;
        }
        return bytes.asSlice(layout.seenPlane(epoch), layout.planeBytes());
    }

    /**
     * The <em>correct</em> plane of an epoch, laid out as {@link #seen}: set where the example was presented and
     * predicted right.
     *
     * @param epoch
     *            counted from 0
     */
    public MemorySegment correct(int epoch) {
        requireOpen();
        return bytes.asSlice(layout.correctPlane(checkEpoch(epoch)), layout.planeBytes());
    }

    /** Whether an example was presented in an epoch, both counted from 0. */
    public boolean seen(int epoch, int example) {
        return bit(seen(epoch), example);
    }

    /** Whether an example was presented and predicted right in an epoch, both counted from 0. */
    public boolean correct(int epoch, int example) {
        return bit(correct(epoch), example);
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
        requireOpen();
        if (epochs < 0 || epochs > epochs()) {
            throw new IndexOutOfBoundsException(
                    "epochs=" + epochs + " is not in [0, " + epochs() + "], the epochs committed"
                            + " to history=" + source.name);
        }
        long[] every = new long[epochs];
        for (int epoch = 0; epoch < epochs; epoch++) {
            every[epoch] = totals[epoch].everyExampleSeen() ? -1L : 0;
        }
        return new PlaneTable(bytes, examples(), layout.correctPlane(0), layout.seenPlane(0), layout.planeBytes(),
                every);
    }

    /** The minor version of the format it was read from. */
    int minor() {
        return source.minor;
    }

    /** Gives back its memory and mapping. Closing again does nothing. */
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
        MemorySegment plane = source.arena.allocate(layout.planeBytes(), HistoryLayout.ALIGNMENT);
        plane.asSlice(0, examples() / Byte.SIZE).fill(ALL_ONES);
        if (examples() % Byte.SIZE != 0) {
            plane.set(ValueLayout.JAVA_BYTE, examples() / Byte.SIZE, (byte) ((1 << examples() % Byte.SIZE) - 1));
        }
        return plane.asReadOnly();
    }

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
