package dev.lethe.tracker.plane;

import dev.lethe.tracker.table.PlaneTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The plain Java twin of the Vector API kernels: the formulas of {@link PlaneEvent}, one 64-bit word at a time. It is
 * the oracle of the vector kernels' tests, and runs where the JVM does not compile the Vector API.
 */
final class ScalarPlaneKernels implements PlaneKernels {
    ScalarPlaneKernels() {}

    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public int vectorBits() {
        return Long.SIZE;
    }

    @Override
    public long nonZero(int[] values) {
        long bits = 0;
        for (int i = 0; i < MAX_ROWS; i++) {
            bits |= (values[i] != 0 ? 1L : 0L) << i;
        }
        return bits;
    }

    @Override
    public long finite(float[] first, float[] second, float[] third, float[] fourth) {
        long bits = 0;
        for (int i = 0; i < MAX_ROWS; i++) {
            boolean finite = Float.isFinite(first[i]) && Float.isFinite(second[i]) && Float.isFinite(third[i])
                    && Float.isFinite(fourth[i]);
            bits |= (finite ? 1L : 0L) << i;
        }
        return bits;
    }

    @Override
    public boolean consecutive(int[] values) {
        for (int i = 1; i < MAX_ROWS; i++) {
            if (values[i] != values[0] + i) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean claim(MemorySegment states, long first, long correct) {
        for (int i = 0; i < MAX_ROWS; i++) {
            if (states.get(ValueLayout.JAVA_BYTE, first + i) != UNSEEN) {
                return false;
            }
        }
        for (int i = 0; i < MAX_ROWS; i++) {
            states.set(ValueLayout.JAVA_BYTE, first + i, (correct >>> i & 1) != 0 ? RIGHT : WRONG);
        }
        return true;
    }

    @Override
    public void score(LogitBlock block, int rows) {
        for (int row = 0; row < rows; row++) {
            score(block, row, row * block.classes(), block.labels()[row]);
        }
    }

    private static void score(LogitBlock block, int row, int first, int label) {
        float[] logits = block.logits();
        float max = Float.NEGATIVE_INFINITY;
        float largestOther = Float.NEGATIVE_INFINITY;
        int predicted = 0;
        for (int c = 0; c < block.classes(); c++) {
            predicted = logits[first + c] > max ? c : predicted;
            max = Math.max(max, logits[first + c]);
            largestOther = c == label ? largestOther : Math.max(largestOther, logits[first + c]);
        }
        float sum = 0;
        for (int c = 0; c < block.classes(); c++) {
            block.scratch()[c] = FloatFunctions.exponential(logits[first + c] - max);
            sum += block.scratch()[c];
        }
        float scale = 1 / sum;
        float squares = 0;
        for (int c = 0; c < block.classes(); c++) {
            float error = block.scratch()[c] * scale - (c == label ? 1 : 0);
            squares = Math.fma(error, error, squares);
        }
        float margin = logits[first + label] - largestOther;
        float unknown = margin - margin; // NaN where the margin is not finite, else 0
        block.predicted()[row] = predicted;
        block.margins()[row] = margin;
        block.el2n()[row] = (float) Math.sqrt(squares) + unknown;
        block.probabilities()[row] = block.scratch()[label] * scale + unknown;
        block.losses()[row] = FloatFunctions.logarithm(sum) - (logits[first + label] - max) + unknown;
    }

    @Override
    public EventCounts count(PlaneTable planes, PlaneEvent event) {
        return EventCounts.make(planes.examples(), planes.rows(), counts -> count(planes, event, counts));
    }

    private static void count(PlaneTable planes, PlaneEvent event, EventCounts.RangeCounts counts) {
        for (int example = 0; example < counts.examples(); example += Long.SIZE) {
            int word = (counts.first() + example) / Long.SIZE;
            if (event.looksAhead()) {
                countBackwards(planes, event, word, counts, example);
            } else {
                countForwards(planes, event, word, counts, example);
            }
        }
    }

    private static int usedWords(PlaneTable planes) {
        return (planes.examples() + Long.SIZE - 1) / Long.SIZE;
    }

    private static long seen(PlaneTable planes, int row, int word) {
        int examples = planes.examples() - word * Long.SIZE;
        long live = examples >= Long.SIZE ? -1L : (1L << examples) - 1; // zeros where a word has padding
        return live & (planes.everySeen()[row] | planes.memory().get(PlaneTable.WORD, planes.seenWord(row, word)));
    }

    private static long correct(PlaneTable planes, int row, int word) {
        return planes.memory().get(PlaneTable.WORD, planes.correctWord(row, word));
    }

    private static void countForwards(PlaneTable planes, PlaneEvent event, int word, EventCounts.RangeCounts counts,
            int example) {
        long last = 0;
        long learned = 0;
        for (int row = 0; row < planes.rows(); row++) {
            long seen = seen(planes, row, word);
            long correct = correct(planes, row, word);
            learned |= seen & correct;
            add(switch (event) {
                case PRESENTED -> seen;
                case CORRECT -> seen & correct;
                case LEARNED -> seen & correct & ~last;
                case FORGOTTEN -> seen & last & ~correct;
                case UNLEARNED -> seen & ~learned;
                case UNSETTLED, RETAINED -> throw new IllegalArgumentException("event=" + event + " looks ahead");
            }, counts, example);
            last = (last & ~seen) | (correct & seen);
        }
    }

    private static void countBackwards(PlaneTable planes, PlaneEvent event, int word, EventCounts.RangeCounts counts,
            int example) {
        long later = 0;
        for (int row = planes.rows() - 1; row >= 0; row--) {
            long seen = seen(planes, row, word);
            long correct = correct(planes, row, word);
            later |= seen & (event == PlaneEvent.UNSETTLED ? ~correct : correct);
            add(seen & later, counts, example);
        }
    }

    private static void add(long events, EventCounts.RangeCounts counts, int example) {
        for (long bits = events; bits != 0; bits &= bits - 1) {
            counts.increment(example + Long.numberOfTrailingZeros(bits));
        }
    }

    @Override
    public RowTotals totals(PlaneTable planes) {
        RowTotals totals = RowTotals.zeros(planes.rows());
        for (int word = 0; word < usedWords(planes); word++) {
            long last = 0;
            long learned = 0;
            long everForgotten = 0;
            for (int row = 0; row < planes.rows(); row++) {
                long seen = seen(planes, row, word);
                long right = seen & correct(planes, row, word);
                long forgotten = seen & last & ~right;
                totals.learned()[row] += Long.bitCount(right & ~last);
                totals.forgotten()[row] += Long.bitCount(forgotten);
                last = (last & ~seen) | right;
                learned |= right;
                everForgotten |= forgotten;
                totals.everLearned()[row] += Long.bitCount(learned);
                totals.unforgettable()[row] += Long.bitCount(learned & ~everForgotten);
            }
        }
        return totals;
    }
}
