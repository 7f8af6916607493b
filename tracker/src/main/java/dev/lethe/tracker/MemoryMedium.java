package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A history in anonymous memory, given back when the tracker and every {@link History} opened on it are closed. */
final class MemoryMedium implements HistoryMedium {
    private static final String NAME = "in memory";

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes;
    private final AtomicInteger holders = new AtomicInteger(1);

    MemoryMedium(TrackerSpec spec) {
        bytes = arena.allocate(new HistoryLayout(spec.examples(), spec.epochs()).fileBytes(), HistoryLayout.PAGE);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void write(long offset, MemorySegment source) {
        MemorySegment.copy(source, 0, bytes, offset, source.byteSize());
    }

    @Override
    public void force() {
        // memory is as durable as it gets
    }

    @Override
    public History history() throws HistoryException {
        holders.incrementAndGet();
        Arena own = Arena.ofShared();
        try {
            return HistoryReader.read(NAME, bytes.asReadOnly(), own, this::close);
        } catch (HistoryException | RuntimeException | OutOfMemoryError e) {
            own.close();
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (holders.decrementAndGet() == 0) {
            arena.close();
        }
    }
}
