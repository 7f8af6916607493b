package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A few rows of {@link PresentationColumns}, copied into arrays, so that the code that computes from them is the same
 * whatever arena the columns are from. (Loops over segments of confined and of shared arenas in one program became more
 * than the JIT inlines, and thirty times slower.) Confined to one thread; each recording thread keeps one.
 */
final class PresentationChunk {
    private static final ThreadLocal<PresentationChunk> OF_THREAD = ThreadLocal.withInitial(PresentationChunk::new);

    final int[] ids = new int[PlaneKernels.MAX_ROWS];
    final int[] correct = new int[PlaneKernels.MAX_ROWS];
    final float[] margins = new float[PlaneKernels.MAX_ROWS];
    final float[] el2n = new float[PlaneKernels.MAX_ROWS];
    final float[] probabilities = new float[PlaneKernels.MAX_ROWS];
    final float[] losses = new float[PlaneKernels.MAX_ROWS];

    private PresentationChunk() {}

    /**
     * Returns the chunk of the calling thread, filled with rows {@code [from, from + rows)}; its other rows keep their
     * values.
     */
    static PresentationChunk of(PresentationColumns columns, long from, int rows) {
        PresentationChunk chunk = OF_THREAD.get();
        long at = from * Float.BYTES;
        copy(columns.ids(), at, chunk.ids, rows);
        copy(columns.correct(), at, chunk.correct, rows);
        copy(columns.margins(), at, chunk.margins, rows);
        copy(columns.el2n(), at, chunk.el2n, rows);
        copy(columns.probabilities(), at, chunk.probabilities, rows);
        copy(columns.losses(), at, chunk.losses, rows);
        return chunk;
    }

    private static void copy(MemorySegment column, long at, int[] to, int rows) {
        MemorySegment.copy(column, ValueLayout.JAVA_INT_UNALIGNED, at, to, 0, rows);
    }

    private static void copy(MemorySegment column, long at, float[] to, int rows) {
        MemorySegment.copy(column, ValueLayout.JAVA_FLOAT_UNALIGNED, at, to, 0, rows);
    }
}
