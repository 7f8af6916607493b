package dev.lethe.tracker.plane;

import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Shares the examples of a table out in parts of {@value #SIZE}: to the caller's thread where there is one part, and to
 * it and the common pool's where there are more.
 */
public final class ExampleParts {
    /** Examples of a part; the last may have fewer. A multiple of every vector's. */
    public static final int SIZE = 1 << 17;

    private ExampleParts() {}

    /** Examples {@code [from, to)}. */
    public record Part(int from, int to) {
        /** The number of examples. */
        public int size() {
            return to - from;
        }
    }

    /**
     * Works on all parts and joins the threads that did, so that their plain writes are visible to the caller.
     *
     * @param examples
     *            the number of examples
     * @param work
     *            works on one part; safe from any number of threads
     * @param <T>
     *            the type of the results
     * @return the results of all parts, in their order
     */
    public static <T> List<T> map(int examples, Function<Part, T> work) {
        // a task for each part, not a parallel stream: that shares out few lots, and threads wait for the last of them
        List<ForkJoinTask<T>> tasks = IntStream.range(0, Math.ceilDiv(examples, SIZE))
                .mapToObj(i -> new Part(i * SIZE, (int) Math.min(examples, (i + 1L) * SIZE)))
                .map(part -> ForkJoinTask.adapt(() -> work.apply(part))).toList();
        return ForkJoinTask.invokeAll(tasks).stream().map(ForkJoinTask::join).toList();
    }
}
