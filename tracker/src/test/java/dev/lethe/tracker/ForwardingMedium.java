package dev.lethe.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A medium in memory whose operations tests change: by itself each is that of {@link MemoryMedium}. */
abstract class ForwardingMedium implements HistoryMedium {
    private final MemoryMedium memory;

    /** Makes a medium without bytes. */
    ForwardingMedium(TrackerSpec spec) {
        memory = new MemoryMedium(spec);
    }

    /** Writes a history without epochs, which is no operation of this medium. */
    final void format(TrackerSpec spec) throws IOException {
        HistoryWriter.format(memory, spec);
    }

    @Override
    public String name() {
        return getClass().getSimpleName();
    }

    @Override
    public void write(long offset, MemorySegment bytes) throws IOException {
        memory.write(offset, bytes);
    }

    @Override
    public void force() throws IOException {
        memory.force();
    }

    @Override
    public History history() throws IOException {
        return memory.history();
    }

    @Override
    public HistoryEnd end(Arena arena) throws IOException {
        return memory.end(arena);
    }

    @Override
    public void close() {
        memory.close();
    }
}
