package dev.lethe.tracker.select;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The examples of a training set that a rule keeps. Immutable.
 *
 * @param rule
 *            the text of the rule
 * @param examples
 *            the number of examples in the whole set
 * @param kept
 *            the ids of the examples that are kept, ascending
 * @param keptByClass
 *            the number of examples of each class that are kept
 */
public record Selection(String rule, int examples, int[] kept, int[] keptByClass) {

    /** Returns the ids of the examples that are removed, ascending. */
    public int[] removedIds() {
        BitSet removed = new BitSet(examples);
        removed.set(0, examples);
        for (int id : kept) {
            removed.clear(id);
        }
        return removed.stream().toArray();
    }

    /**
     * Removes the first examples of an order, as far as the class floor allows.
     *
     * @param rule
     *            the text of the rule
     * @param examples
     *            the examples of the training set
     * @param order
     *            the ids in the order of removal, each at most once
     * @param remove
     *            the number of examples to remove
     * @throws IllegalArgumentException
     *             if the number cannot be removed, or the order is none of examples
     */
    static Selection removing(String rule, Examples examples, int[] order, int remove) {
        examples.requireRemovable(remove);
        int[] byClass = new int[examples.classes()];
        for (int label : examples.labels()) {
            byClass[label]++;
        }
        BitSet kept = new BitSet();
        kept.set(0, examples.count());
        int removed = 0;
        requireIds(rule, order, examples.count());
        for (int i = 0; i < order.length && removed < remove; i++) {
            int label = examples.labels()[order[i]];
            if (byClass[label] > examples.floor()) {
                byClass[label]--;
                kept.clear(order[i]);
                removed++;
            }
        }
        if (removed < remove && order.length < examples.count()) {
            throw new IllegalArgumentException("rule '" + rule + "' orders ids=" + order.length + ", of which removed="
                    + removed + " where " + remove + " are wanted: let it order all examples, or remove fewer");
        }
        if (removed < remove) {
            throw new IllegalArgumentException("classFloor=" + examples.floor() + " leaves examples="
                    + (examples.count() - removed) + " where " + (examples.count() - remove)
                    + " are wanted: choose a lower floor, or remove fewer");
        }
        return new Selection(rule, examples.count(), kept.stream().toArray(), byClass);
    }

    /** Refuses an order in which an id is no example, or stands twice. */
    private static void requireIds(String rule, int[] order, int examples) {
        BitSet found = new BitSet(examples);
        for (int id : order) {
            if (id < 0 || id >= examples) {
                throw new IllegalArgumentException("rule '" + rule + "' orders id=" + id + ", which is not in [0, "
                        + examples + "): let it order the positions of examples in the training set");
            }
            if (found.get(id)) {
                throw new IllegalArgumentException(
                        "rule '" + rule + "' orders id=" + id + " twice: let it order each example once");
            }
            found.set(id);
        }
    }

    /** Returns the number of examples that were removed. */
    public int removed() {
        return examples - kept.length;
    }

    /** Returns the classes of which no example is left. */
    public List<Integer> emptyClasses() {
        return IntStream.range(0, keptByClass.length).filter(label -> keptByClass[label] == 0).boxed().toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Selection that && rule.equals(that.rule) && examples == that.examples
                && Arrays.equals(kept, that.kept);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(kept);
    }

    @Override
    public String toString() {
        return rule + ": kept=" + kept.length + " of examples=" + examples;
    }
}
