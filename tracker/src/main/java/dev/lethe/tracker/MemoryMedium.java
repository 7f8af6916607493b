package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A history in anonymous memory, given back when the tracker and every {@link History} opened on it are closed. */
final class MemoryMedium implements HistoryMedium {
    private static final String NAME = "in memory";

    /**
     * The bytes of a history whose planes stay where they are: a plane that is read into its own place is not copied.
     */
    private record Source(MemorySegment bytes) implements HistorySource {
        @Override
        public long size() {
            return bytes.byteSize();
        }

        @Override
        public void read(long offset, MemorySegment target) {
            if (target.address() != bytes.address() + offset) {
                MemorySegment.copy(bytes, offset, target, 0, target.byteSize());
            }
        }

        @Override
        public HistoryPlanes places(HistoryLayout layout, int rows, boolean seen, Arena own) {
            return HistoryPlanes.in(bytes, layout);
        }
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes;
    /**
     * The number of holders: the tracker, until it is closed, and the open histories. The last to go gives the memory
     * back.
     */
    private final AtomicInteger holders = new AtomicInteger(1);

    MemoryMedium(TrackerSpec spec) {
        bytes = arena.allocate(HistoryLayout.of(spec).fileBytes(), HistoryLayout.PAGE);
    }

    /** Creates a history without epochs. */
    static MemoryMedium create(TrackerSpec spec) throws IOException {
        MemoryMedium medium = new MemoryMedium(spec);
        try {
            HistoryWriter.format(medium, spec);
            return medium;
        } catch (IOException | RuntimeException | Error e) {
            medium.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * Copies the bytes by plain writes. They pair with the plain reads of {@link Source#read}: commits and the opening
     * of histories take the tracker's lock, and rows that are open do not change any more.
     */
    @Override
    public void write(long offset, MemorySegment source) {
        MemorySegment.copy(source, 0, bytes, offset, source.byteSize());
    }

    @Override
    public void force() {
        // memory is as durable as it gets
    }

    @Override
    public History history() throws IOException {
        holders.incrementAndGet();
        Arena own = Arena.ofShared();
        try {
            return HistoryReader.open(NAME, new Source(bytes.asReadOnly()), own, this::close);
        } catch (IOException | RuntimeException | Error e) {
            own.close();
            close();
            throw e;
        }
    }

    @Override
    public HistoryEnd end(Arena scratch) throws IOException {
        return HistoryReader.end(NAME, new Source(bytes.asReadOnly()), scratch);
    }

    /**
     * Gives up one hold by an atomic decrement, which pairs with the increment of {@link #history}; the last one gives
     * the memory back.
     */
    @Override
    public void close() {
        if (holders.decrementAndGet() == 0) {
            arena.close();
        }
    }
}
