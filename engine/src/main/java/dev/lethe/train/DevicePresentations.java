package dev.lethe.train;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.ExampleTables;
import java.lang.foreign.Arena;

/**
 * Presentations that a device adds up by example while it makes them. A tracker then copies the sums of an epoch,
 * instead of recording presentations one by one while the device waits.
 */
final class DevicePresentations implements EpochPresentations {
    private final Program program;
    private final ExampleTables tables;
    private final PredictionColumns columns;
    private final ExampleMemory memory;
    private boolean downloaded;

    /** Binds memory for the tables of a program. */
    DevicePresentations(Program program, ExampleTables tables, PredictionColumns columns, Arena arena) {
        this.program = program;
        this.tables = tables;
        this.columns = columns;
        memory = ExampleMemory.allocate(arena, tables);
        memory.bind(program, tables);
    }

    void beginEpoch() {
        tables.tables().forEach(program::clear);
        downloaded = false;
    }

    @Override
    public PredictionColumns columns() {
        return columns;
    }

    @Override
    public ExampleMemory byExample() {
        if (!downloaded) {
            tables.tables().forEach(program::download);
            downloaded = true;
        }
        return memory;
    }
}
