package dev.lethe.tracker.plane;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The number of times that an event happened to each example: one byte for each example if no count can pass 255, and
 * an {@code int} otherwise. {@link PlaneKernels} fill it; it is immutable and safe from any number of threads once it
 * is handed out.
 * <p>
 * The counts lie in ranges of examples, so that threads can allocate and fill them side by side, each range while it is
 * in its thread's own cache.
 */
public final class EventCounts {
    /** The largest count that a byte holds. */
    private static final int MOST_IN_A_BYTE = 255;

    private final int examples;
    private final RangeCounts[] ranges;

    private EventCounts(int examples, RangeCounts[] ranges) {
        this.examples = examples;
        this.ranges = ranges;
    }

    /**
     * Makes counts range by range, filled by plain writes of any number of threads. They pair with the reads of the
     * result: {@link ExampleRanges#map} joins the threads before it returns.
     *
     * @param examples
     *            the number of examples
     * @param rows
     *            the most that a count can become
     * @param kernel
     *            fills the counts of a range, which are zeros before; safe from any number of threads
     */
    public static EventCounts make(int examples, int rows, Consumer<RangeCounts> kernel) {
        return new EventCounts(examples, ExampleRanges.map(examples, range -> {
            RangeCounts counts = new RangeCounts(range, rows);
            kernel.accept(counts);
            return counts;
        }).toArray(RangeCounts[]::new));
    }

    /** Returns the number of examples. */
    public int examples() {
        return examples;
    }

    /**
     * Returns the count of an example.
     *
     * @param example
     *            the example, {@code [0, examples())}
     * @throws IndexOutOfBoundsException
     *             if there is no such example
     */
    public int get(int example) {
        if (example < 0 || example >= examples) {
            throw new IndexOutOfBoundsException("example=" + example + " is not in [0, " + examples
                    + "): ids are positions in the data set of the run");
        }
        return ranges[example / ExampleRanges.SIZE].get(example % ExampleRanges.SIZE);
    }

    /** Returns all counts, in a new array. */
    public int[] toArray() {
        int[] counts = new int[examples];
        Arrays.setAll(counts, this::get);
        return counts;
    }

    /** The counts of consecutive examples, for kernels: element {@code i} is that of example {@code first() + i}. */
    public static final class RangeCounts {
        private final ExampleRanges.Range range;
        private final boolean inBytes;
        private final byte[] bytes;
        private final int[] ints;

        private RangeCounts(ExampleRanges.Range range, int rows) {
            this.range = range;
            inBytes = rows <= MOST_IN_A_BYTE;
            bytes = new byte[inBytes ? range.size() : 0];
            ints = new int[inBytes ? 0 : range.size()];
        }

        /** Returns the first example, a multiple of {@value ExampleRanges#SIZE}. */
        public int first() {
            return range.from();
        }

        /** Returns the number of examples. */
        public int examples() {
            return range.size();
        }

        /** Tells whether the counts are in {@link #bytes}; if not, they are in {@link #ints}. */
        public boolean inBytes() {
            return inBytes;
        }

        /** Returns the counts, unsigned; none where they are in {@link #ints}. */
        public byte[] bytes() {
            return bytes;
        }

        /** Returns the counts; none where they are in {@link #bytes}. */
        public int[] ints() {
            return ints;
        }

        int get(int i) {
            return inBytes ? Byte.toUnsignedInt(bytes[i]) : ints[i];
        }

        void increment(int i) {
            if (inBytes) {
                bytes[i]++;
            } else {
                ints[i]++;
            }
        }
    }
}
