package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.random.Philox;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunException;
import dev.lethe.run.store.RunStore;
import dev.lethe.tracker.score.RunAggregate;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The examples of two tasks. Immutable by convention: nobody writes to the arrays.
 *
 * @param first ids of the first task
 * @param second ids of the second task, as many and others
 */
record TaskSplit(int[] first, int[] second) {
    /**
     * Divides examples.
     *
     * @param seed seed of the choice among the examples that qualify
     * @throws RunException when there are too few
     */
    static TaskSplit of(Procedure.Alternating tasks, RunStore store, DataSet data, long seed) throws IOException {
        int[] order = new int[data.train().examples()];
        Philox.permutation(order, seed, Philox.Stream.TASKS, 0);
        int size = tasks.examples();
        if (size > order.length / 2) {
            throw new RunException("two tasks of " + size + " images do not fit in the " + order.length + " of "
                    + data.name() + ": choose task examples " + order.length / 2 + " or less");
        }
        if (tasks.tasks() == Procedure.Alternating.Tasks.RANDOM) {
            return new TaskSplit(Arrays.copyOf(order, size), Arrays.copyOfRange(order, size, 2 * size));
        }
        RunAggregate ranked = store.rankers(tasks.rankedBy(), data);
        return new TaskSplit(some(order, size, ranked::unforgettable, "unforgettable"),
                some(order, size, id -> !ranked.unforgettable(id), "forgotten or never learned"));
    }

    private static int[] some(int[] order, int size, IntPredicate wanted, String what) {
        int[] found = Arrays.stream(order).filter(wanted).limit(size).toArray();
        if (found.length < size) {
            throw new RunException("only " + found.length + " images are " + what + " in the runs that rank them, "
                    + "which is too few for tasks of " + size + ": "
                    + (found.length == 0 ? "" : "choose task examples " + found.length + " or less, or ")
                    + "train longer");
        }
        return found;
    }
}
