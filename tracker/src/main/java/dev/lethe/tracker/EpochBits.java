package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Which examples were presented and predicted right in the epoch being recorded. Both bits of an example share a word,
 * so that one atomic operation records a presentation and tells whether it is the first:
 *
 * <pre>
 *  word i / 32    63           32 + i % 32           32 31              i % 32            0
 *                 +--------------------------------------+--------------------------------------+
 *                 | correct, 32 examples                 | seen, the same 32 examples           |
 *                 +--------------------------------------+--------------------------------------+
 * </pre>
 *
 * Wait-free: a claim is tried again only when another thread has claimed one of the word's other 31 examples meanwhile,
 * so at most 31 times (spurious failures of the hardware's compare-and-set aside).
 * Any number of threads may claim; {@link #seal} and {@link #clear} belong to the committing thread. An epoch with
 * repeats has one of these for each round.
 */
final class EpochBits {
    private static final int EXAMPLES_PER_WORD = 32;
    private static final int WORD_SHIFT = 5;
    private static final int LANE_MASK = EXAMPLES_PER_WORD - 1;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment words;

    EpochBits(HistoryLayout layout, Arena arena) {
        words = arena.allocate(2 * layout.planeBytes(), HistoryLayout.ALIGNMENT);
    }

    /**
     * Release, pairs with the acquire of {@link #seal}: records the presentation of one example.
     *
     * @return false, with nothing changed, if it was presented before in this epoch
     */
    boolean claim(int example, boolean correct) {
        long seen = 1L << (example & LANE_MASK);
        return claimWord(example, seen, correct ? seen : 0);
    }

    /**
     * Release, pairs with the acquire of {@link #seal}: records the presentations of consecutive examples, a word at a
     * time.
     *
     * @param rows
     *            at most 64
     * @param correct
     *            bit {@code i} for example {@code first + i}
     * @return how many were claimed: all, or those in words before one with an example that was presented before
     */
    int claimRun(int first, int rows, long correct) {
        int claimed = 0;
        while (claimed < rows) {
            int lane = first + claimed & LANE_MASK;
            int count = Math.min(EXAMPLES_PER_WORD - lane, rows - claimed);
            long ones = LOW >>> (EXAMPLES_PER_WORD - count);
            if (!claimWord(first + claimed, ones << lane, (correct >>> claimed & ones) << lane)) {
                return claimed;
            }
            claimed += count;
        }
        return claimed;
    }

    private boolean claimWord(int example, long seen, long correct) {
        long offset = (long) (example >>> WORD_SHIFT) * Long.BYTES;
        long bits = seen | correct << EXAMPLES_PER_WORD;
        MemorySegment memory = NativeType.of(words);
        long word;
        do {
            word = (long) WORD.getOpaque(memory, offset);
            if ((word & seen) != 0) {
                return false;
            }
        } while (!WORD.weakCompareAndSetRelease(memory, offset, word, word | bits));
        return true;
    }

    /** Acquire, pairs with the release of claims: copies the bits into the planes of an epoch. Nothing is cleared. */
    void seal(EpochPlanes planes) {
        for (long at = 0; at < planes.seen().byteSize(); at += Long.BYTES) {
            long first = (long) WORD.getAcquire(words, 2 * at);
            long second = (long) WORD.getAcquire(words, 2 * at + Long.BYTES);
            planes.seen().set(HistoryLayout.LONG, at, first & LOW | second << EXAMPLES_PER_WORD);
            planes.correct().set(HistoryLayout.LONG, at, first >>> EXAMPLES_PER_WORD | second & ~LOW);
        }
    }

    /**
     * Clears exactly the bits that {@link #seal} copied: a presentation that was recorded since then stays, and belongs
     * to the next epoch.
     */
    void clear(EpochPlanes planes) {
        for (long at = 0; at < planes.seen().byteSize(); at += Long.BYTES) {
            long seen = planes.seen().get(HistoryLayout.LONG, at);
            long correct = planes.correct().get(HistoryLayout.LONG, at);
            long first = seen & LOW | correct << EXAMPLES_PER_WORD;
            long second = seen >>> EXAMPLES_PER_WORD | correct & ~LOW;
            WORD.getAndBitwiseAnd(words, 2 * at, ~first);
            WORD.getAndBitwiseAnd(words, 2 * at + Long.BYTES, ~second);
        }
    }
}
