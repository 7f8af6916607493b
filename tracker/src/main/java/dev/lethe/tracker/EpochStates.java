package dev.lethe.tracker;

import dev.lethe.tracker.plane.PlaneKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The states of all examples in one round of the epoch being recorded: one byte each, see {@link PlaneKernels#RIGHT}.
 * <p>
 * Wait-free, without atomic instructions: a byte belongs to one example, an example to one recording thread at a time,
 * and Java never tears neighbouring bytes. (A bit for each example, set by a compare-and-set, costs more than the rest
 * of recording a presentation: docs/decisions/0006.) Any number of threads may claim different examples; {@link #seal}
 * and {@link #clear} belong to the committing thread. All accesses are plain: what the caller orders before the commit
 * (a joined thread, a barrier, a future's result) is visible to it, and the commit to what the caller orders after it.
 */
final class EpochStates {
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long BRING_TOGETHER = 0x0102_0408_1020_4080L;

    private final PlaneKernels kernels;
    private final MemorySegment states; // (examples) bytes, and padding

    EpochStates(HistoryLayout layout, PlaneKernels kernels, Arena arena) {
        this.kernels = kernels;
        states = arena.allocate(layout.planeBytes() * Byte.SIZE, HistoryLayout.ALIGNMENT);
    }

    /**
     * Records the presentation of one example by a plain read and a plain write of its byte. They pair with the plain
     * reads of {@link #seal} and the plain writes of {@link #clear}, against which the caller orders them.
     *
     * @param example
     *            the example, {@code [0, examples)}
     * @param correct
     *            whether it was predicted right
     * @return false, with nothing changed, if it was presented before in this round
     */
    boolean claim(int example, boolean correct) {
        MemorySegment memory = NativeType.of(states);
        if (memory.get(ValueLayout.JAVA_BYTE, example) != PlaneKernels.UNSEEN) {
            return false;
        }
        memory.set(ValueLayout.JAVA_BYTE, example, correct ? PlaneKernels.RIGHT : PlaneKernels.WRONG);
        return true;
    }

    /**
     * Records the presentations of {@link PlaneKernels#MAX_ROWS} consecutive examples by plain reads and plain writes
     * of their bytes. They pair with the plain reads of {@link #seal} and the plain writes of {@link #clear}, against
     * which the caller orders them.
     *
     * @param first
     *            the first of the examples
     * @param correct
     *            bit {@code i} is set where example {@code first + i} was predicted right
     * @return false, with nothing changed, if one of them was presented before in this round
     */
    boolean claimRun(int first, long correct) {
        return kernels.claim(NativeType.of(states), first, correct);
    }

    /**
     * Turns the states into the planes of a round by plain reads, eight bytes at a time. They pair with the plain
     * writes of {@link #claim} and {@link #claimRun}, which the caller orders before the commit; a presentation that
     * overlaps the commit is in it whole, or not at all. Nothing is cleared.
     */
    void seal(EpochPlanes planes) {
        for (long at = 0; at < planes.seen().byteSize(); at += Long.BYTES) {
            long seen = 0;
            long correct = 0;
            for (int i = 0; i < Long.SIZE; i += Long.BYTES) {
                long eight = states.get(HistoryLayout.LONG, at * Byte.SIZE + i);
                seen |= lowBits(eight | eight >>> 1) << i;
                correct |= lowBits(eight >>> 1) << i;
            }
            planes.seen().set(HistoryLayout.LONG, at, seen);
            planes.correct().set(HistoryLayout.LONG, at, correct);
        }
    }

    /**
     * Returns the lowest bit of each of eight bytes as the bits of one byte: the product brings bit 8 i to bit 56 + i.
     */
    private static long lowBits(long bytes) {
        return (bytes & LOW_BITS) * BRING_TOGETHER >>> Long.SIZE - Byte.SIZE;
    }

    /**
     * Clears exactly the states that {@link #seal} saw, by plain writes. They pair with the plain reads of the next
     * epoch's {@link #claim} and {@link #claimRun}, which the caller orders after the commit. A presentation that was
     * recorded since the states were sealed stays, and belongs to the next epoch.
     */
    void clear(EpochPlanes planes) {
        for (long at = 0; at < planes.seen().byteSize(); at += Long.BYTES) {
            long seen = planes.seen().get(HistoryLayout.LONG, at);
            if (seen == -1L) {
                for (int i = 0; i < Long.SIZE; i += Long.BYTES) {
                    states.set(HistoryLayout.LONG, at * Byte.SIZE + i, 0);
                }
                continue;
            }
            for (long bits = seen; bits != 0; bits &= bits - 1) {
                states.set(ValueLayout.JAVA_BYTE, at * Byte.SIZE + Long.numberOfTrailingZeros(bits),
                        PlaneKernels.UNSEEN);
            }
        }
    }

    /**
     * Clears all states, by plain writes. They pair with the plain reads of {@link #claim} and {@link #claimRun}, which
     * the caller orders after it or before it.
     */
    void clear() {
        states.fill(PlaneKernels.UNSEEN);
    }
}
