package dev.lethe.tracker.select;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a rule keeps of a training set. Immutable.
 *
 * @param rule that selected, as text
 * @param examples in the whole set
 * @param kept ids in ascending order
 * @param keptByClass how many of each class
 */
public record Selection(String rule, int examples, int[] kept, int[] keptByClass) {

    /** What is left when examples are removed in an order, as far as the floor allows. */
    static Selection removing(String rule, Examples examples, int[] order, int remove) {
        examples.requireRemovable(remove);
        int[] byClass = new int[examples.classes()];
        for (int label : examples.labels()) {
            byClass[label]++;
        }
        BitSet kept = new BitSet();
        kept.set(0, examples.count());
        int removed = 0;
        for (int i = 0; i < order.length && removed < remove; i++) {
            int label = examples.labels()[order[i]];
            if (byClass[label] > examples.floor()) {
                byClass[label]--;
                kept.clear(order[i]);
                removed++;
            }
        }
        if (removed < remove) {
            throw new IllegalArgumentException("classFloor=" + examples.floor() + " leaves "
                    + (examples.count() - removed)
                    + " examples where " + (examples.count() - remove) + " are wanted: choose a lower floor, or remove "
                    + "fewer");
        }
        return new Selection(rule, examples.count(), kept.stream().toArray(), byClass);
    }

    /** How many were removed. */
    public int removed() {
        return examples - kept.length;
    }

    /** Classes of which no example is left. */
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
