package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels;
import dev.lethe.tracker.plane.PlaneTable;
import java.util.stream.IntStream;

/**
 * What a run learned and forgot of each example, after any number of its epochs: the statistics of Toneva et al. 2019,
 * section 3. Events are between consecutive presentations <em>of that example</em>; an epoch in which it was not
 * presented changes nothing.
 * <p>
 * An example that was never predicted right is <em>never learned</em>: a class of its own. It has no forgetting events,
 * but it is not {@link #unforgettable}, and the means and the histogram here leave it out.
 * <p>
 * Immutable and safe from any number of threads; independent of the history it was computed from. It takes 6 bytes of
 * heap an example, 24 where there are more than 255 epochs.
 */
public final class ForgettingScores {
    /** {@link #firstLearned(int)} of an example that was never learned. */
    public static final int NEVER = -1;

    private final int epochs;
    private final EventCounts presentations;
    private final EventCounts correct;
    private final EventCounts learned;
    private final EventCounts forgotten;
    private final EventCounts unlearned;
    private final EventCounts unsettled;

    private ForgettingScores(int epochs, PlaneTable planes, PlaneKernels kernels) {
        this.epochs = epochs;
        presentations = kernels.count(planes, PlaneEvent.PRESENTED);
        correct = kernels.count(planes, PlaneEvent.CORRECT);
        learned = kernels.count(planes, PlaneEvent.LEARNED);
        forgotten = kernels.count(planes, PlaneEvent.FORGOTTEN);
        unlearned = kernels.count(planes, PlaneEvent.UNLEARNED);
        unsettled = kernels.count(planes, PlaneEvent.UNSETTLED);
    }

    /**
     * Computes the scores after all committed epochs.
     *
     * @throws IllegalArgumentException
     *            if no epoch is committed
     */
    public static ForgettingScores of(History history) {
        return of(CommittedEpochs.require(history), history.epochs());
    }

    /**
     * Computes the scores after the first {@code epochs} epochs. After none, no example is learned, and the scores rank
     * nothing.
     *
     * @throws IndexOutOfBoundsException
     *            if {@code epochs} is not in {@code [0, history.epochs()]}
     */
    public static ForgettingScores of(History history, int epochs) {
        return new ForgettingScores(epochs, history.planes(epochs), PlaneKernelChoice.inUse());
    }

    /** The number of examples. */
    public int examples() {
        return presentations.examples();
    }

    /** The epochs that the scores cover. */
    public int epochs() {
        return epochs;
    }

    /** How often an example was presented. */
    public int presentations(int example) {
        return presentations.get(example);
    }

    /** How often it was predicted right: its correctness. */
    public int correctPresentations(int example) {
        return correct.get(example);
    }

    /** How often it went from wrong, or never presented, to right. */
    public int learningEvents(int example) {
        return learned.get(example);
    }

    /** How often it went from right to wrong. 0 also where it was never learned; see {@link #neverLearned}. */
    public int forgettingEvents(int example) {
        return forgotten.get(example);
    }

    /** All {@link #forgettingEvents(int)}, in a new array. */
    public int[] forgettingEvents() {
        return forgotten.toArray();
    }

    /** The index, among the example's presentations, of the first that was right; {@link #NEVER} where none was. */
    public int firstLearned(int example) {
        return neverLearned(example) ? NEVER : unlearned.get(example);
    }

    /**
     * How many presentations it needed until it stayed right: the index of the last that was wrong, plus 1; 0 where
     * none was wrong, and all presentations where the last was.
     */
    public int presentationsToLearn(int example) {
        return unsettled.get(example);
    }

    /** Whether it was never predicted right, or never presented. */
    public boolean neverLearned(int example) {
        return correct.get(example) == 0;
    }

    /** Whether it was learned and never forgotten. */
    public boolean unforgettable(int example) {
        return correct.get(example) > 0 && forgotten.get(example) == 0;
    }

    /** The number of {@link #neverLearned} examples. */
    public int neverLearnedCount() {
        return (int) IntStream.range(0, examples()).filter(this::neverLearned).count();
    }

    /** The number of {@link #unforgettable} examples. */
    public int unforgettableCount() {
        return (int) IntStream.range(0, examples()).filter(this::unforgettable).count();
    }

    /** Mean forgetting events of the examples that were learned; NaN where none was. */
    public double meanForgettingEvents() {
        // an example that was never learned adds 0 here
        long events = IntStream.range(0, examples()).mapToLong(forgotten::get).sum();
        return (double) events / (examples() - neverLearnedCount());
    }

    /** Element {@code n}: learned examples with {@code n} forgetting events, up to the most forgotten example. */
    public int[] histogram() {
        int[] histogram = new int[IntStream.range(0, examples()).map(forgotten::get).max().orElse(0) + 1];
        for (int example = 0; example < examples(); example++) {
            if (!neverLearned(example)) {
                histogram[forgotten.get(example)]++;
            }
        }
        return histogram;
    }
}
