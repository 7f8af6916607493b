package dev.lethe.train;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.ExampleTables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the presentations of one epoch said, by example, as a device has added it up where they were made. The memory is
 * native, little endian, and as it is until another epoch begins. See {@link ExampleTables}.
 *
 * @param seen one bit an example, in 64-bit words: whether it was presented
 * @param correct the same: whether it was predicted right, and all its values are finite
 * @param sums float32 (examples, 5): margin, EL2N, probability, its square, and loss
 */
public record ExampleMemory(MemorySegment seen, MemorySegment correct, MemorySegment sums) {

    static ExampleMemory allocate(Arena arena, ExampleTables tables) {
        return new ExampleMemory(arena.allocate(tables.seen().bytes(), 64),
                arena.allocate(tables.correct().bytes(), 64), arena.allocate(tables.sums().bytes(), 64));
    }

    void bind(Program program, ExampleTables tables) {
        program.bind(tables.seen(), seen);
        program.bind(tables.correct(), correct);
        program.bind(tables.sums(), sums);
    }
}
