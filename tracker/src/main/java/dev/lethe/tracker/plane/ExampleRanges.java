package dev.lethe.tracker.plane;

import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The division of the examples of a table into ranges of {@value #SIZE}, on which threads work side by side: the
 * caller's thread alone where there is one range, and with those of the common pool where there are more.
 */
public final class ExampleRanges {
    /**
     * The number of examples of a range; the last one may have fewer. It is a multiple of the examples of a vector on
     * every machine.
     */
    public static final int SIZE = 1 << 17;

    private ExampleRanges() {}

    /**
     * A range of examples, {@code [from, to)}.
     *
     * @param from
     *            the first example
     * @param to
     *            the example after the last
     */
    public record Range(int from, int to) {
        /** Returns the number of examples. */
        public int size() {
            return to - from;
        }
    }

    /**
     * Works on all ranges and joins the threads that did, so that their plain writes are visible to the caller.
     *
     * @param examples
     *            the number of examples
     * @param work
     *            works on one range; safe from any number of threads
     * @param <T>
     *            the type of the results
     * @return the results of all ranges, in their order
     */
    public static <T> List<T> map(int examples, Function<Range, T> work) {
        // a task for each range, not a parallel stream: that makes few batches, and threads wait for the last of them
        List<ForkJoinTask<T>> tasks = IntStream.range(0, Math.ceilDiv(examples, SIZE))
                .mapToObj(i -> new Range(i * SIZE, (int) Math.min(examples, (i + 1L) * SIZE)))
                .map(range -> ForkJoinTask.adapt(() -> work.apply(range))).toList();
        return ForkJoinTask.invokeAll(tasks).stream().map(ForkJoinTask::join).toList();
    }
}
