package dev.lethe.tracker.plane;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * How often an event happened to each example: one byte an example where no count can pass 255, an {@code int} where
 * one can. Written by {@link PlaneKernels}; immutable and safe from any number of threads once it is handed out.
 * <p>
 * The counts lie in parts, so that threads can make and fill them side by side, each while it is in the thread's own
 * cache.
 */
public final class EventCounts {
    /** What a byte counts to. */
    private static final int MOST_IN_A_BYTE = 255;

    private final int examples;
    private final Part[] parts;

    private EventCounts(int examples, Part[] parts) {
        this.examples = examples;
        this.parts = parts;
    }

    /**
     * Makes counts part by part, filled by plain writes of any number of threads. They pair with the reads of the
     * result: {@link ExampleParts#map} joins the threads before it returns.
     *
     * @param examples
     *            the number of examples
     * @param rows
     *            the most that a count can become
     * @param kernel
     *            fills a part, which comes with zeros; safe from any number of threads
     */
    public static EventCounts make(int examples, int rows, Consumer<Part> kernel) {
        return new EventCounts(examples, ExampleParts.map(examples, range -> {
            Part part = new Part(range, rows);
            kernel.accept(part);
            return part;
        }).toArray(Part[]::new));
    }

    /** The number of examples. */
    public int examples() {
        return examples;
    }

    /** The count of an example. */
    public int get(int example) {
        return parts[example / ExampleParts.SIZE].get(example % ExampleParts.SIZE);
    }

    /** All counts, in a new array. */
    public int[] toArray() {
        int[] counts = new int[examples];
        Arrays.setAll(counts, this::get);
        return counts;
    }

    /** The counts of consecutive examples, for kernels: {@code i} stands for example {@code first() + i}. */
    public static final class Part {
        private final ExampleParts.Part range;
        private final byte[] bytes;
        private final int[] ints;

        private Part(ExampleParts.Part range, int rows) {
            this.range = range;
            bytes = rows <= MOST_IN_A_BYTE ? new byte[range.size()] : null;
            ints = rows <= MOST_IN_A_BYTE ? null : new int[range.size()];
        }

        /** The first example: a multiple of {@value ExampleParts#SIZE}. */
        public int first() {
            return range.from();
        }

        /** The number of examples. */
        public int examples() {
            return range.size();
        }

        /** Whether {@link #bytes} are what is counted in. */
        public boolean inBytes() {
            return bytes != null;
        }

        /** The counts, unsigned; null where they are {@link #ints}. */
        public byte[] bytes() {
            return bytes;
        }

        /** The counts; null where they are {@link #bytes}. */
        public int[] ints() {
            return ints;
        }

        int get(int i) {
            return bytes != null ? Byte.toUnsignedInt(bytes[i]) : ints[i];
        }

        void increment(int i) {
            if (bytes != null) {
                bytes[i]++;
            } else {
                ints[i]++;
            }
        }
    }
}
