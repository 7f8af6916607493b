package dev.lethe.train;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.ExampleTables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of the presentations of one epoch, added up by example on the device that made them. It is native and little
 * endian, and stays unchanged until another epoch begins. See {@link ExampleTables}.
 *
 * @param seen bit of each example, in 64-bit words: whether it was presented
 * @param correct bit of each example, in 64-bit words: whether it was predicted right, and all its values are finite
 * @param sums sums of each example, float32 (examples, 5): margin, EL2N, probability, its square, and loss
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
