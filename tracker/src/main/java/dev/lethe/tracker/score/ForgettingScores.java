package dev.lethe.tracker.score;

import dev.lethe.tracker.History;
import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels;
import dev.lethe.tracker.table.PlaneTable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The statistics of what a run learned and forgot of each example, after any number of its epochs (Toneva et al. 2019,
 * section 3). Events are between consecutive presentations <em>of that example</em>; an epoch in which it was not
 * presented changes nothing.
 * <p>
 * An example that was never predicted right is <em>never learned</em>, which is a class of its own. It has no
 * forgetting events, but it is not {@link #unforgettable}, and the mean and the histogram here leave it out.
 * <p>
 * Methods that take an id throw {@link IndexOutOfBoundsException} where there is no such example. Immutable and safe
 * from any number of threads; independent of the history it was computed from. It takes 6 bytes of heap for each
 * example, 24 where there are more than 255 epochs.
 *
 * @see dev.lethe.tracker.rank.Ranking#byForgetting
 * @see dev.lethe.tracker.ForgettingTracker
 */
public final class ForgettingScores {
    /** The value of {@link #firstLearned(int)} for an example that was never learned. */
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
     * @param history
     *            the history of the run
     * @throws IllegalArgumentException
     *             if no epoch is committed
     */
    public static ForgettingScores of(History history) {
        return of(CommittedEpochs.require(history), history.epochs());
    }

    /**
     * Computes the scores after the first {@code epochs} epochs. After 0 epochs, no example is learned, and the scores
     * rank nothing.
     *
     * @param history
     *            the history of the run
     * @param epochs
     *            the number of epochs
     * @throws IndexOutOfBoundsException
     *             if {@code epochs} is not in {@code [0, history.epochs()]}
     */
    public static ForgettingScores of(History history, int epochs) {
        return new ForgettingScores(epochs, history.planes(epochs), PlaneKernelChoice.inUse());
    }

    /** Returns the number of examples. */
    public int examples() {
        return presentations.examples();
    }

    /** Returns the number of epochs that the scores cover. */
    public int epochs() {
        return epochs;
    }

    /** Returns how many times an example was presented. */
    public int presentations(int example) {
        return presentations.get(example);
    }

    /** Returns how many times an example was predicted right. */
    public int correctPresentations(int example) {
        return correct.get(example);
    }

    /** Returns how many times an example went from wrong, or never presented, to right. */
    public int learningEvents(int example) {
        return learned.get(example);
    }

    /**
     * Returns how many times an example went from right to wrong. The number is 0 also for an example that was never
     * learned; see {@link #neverLearned}.
     */
    public int forgettingEvents(int example) {
        return forgotten.get(example);
    }

    /**
     * Returns the {@linkplain #forgettingEvents(int) forgetting events} of all examples, in a new array: 0 also for
     * those that were never learned.
     */
    public int[] forgettingEvents() {
        return forgotten.toArray();
    }

    /**
     * Returns the forgetting events of an example, or the number that stands for them where it was never learned.
     *
     * @param example
     *            the example
     * @param neverLearned
     *            the place of examples that were never learned: {@link NeverLearned#AFTER_EVERY_COUNT}, the number of
     *            epochs, or NaN
     */
    public double forgettingEvents(int example, NeverLearned neverLearned) {
        return neverLearned(example) ? neverLearned.events(epochs) : forgotten.get(example);
    }

    /**
     * Returns the {@linkplain #forgettingEvents(int, NeverLearned) forgetting events} of all examples, those that were
     * never learned at a place among the others.
     *
     * @param neverLearned
     *            the place of examples that were never learned
     * @return (examples), a new array
     */
    public double[] forgettingEvents(NeverLearned neverLearned) {
        double[] events = new double[examples()];
        Arrays.setAll(events, example -> forgettingEvents(example, neverLearned));
        return events;
    }

    /**
     * Returns the index, among the example's presentations, of the first that was right; {@link #NEVER} where none was.
     */
    public int firstLearned(int example) {
        return neverLearned(example) ? NEVER : unlearned.get(example);
    }

    /**
     * Returns how many presentations an example needed until it stayed right: the index of the last that was wrong,
     * plus 1. The number is 0 where none was wrong, and that of all presentations where the last was.
     */
    public int presentationsToLearn(int example) {
        return unsettled.get(example);
    }

    /** Tells whether an example was never predicted right, or never presented. */
    public boolean neverLearned(int example) {
        return correct.get(example) == 0;
    }

    /** Tells whether an example was learned and never forgotten. */
    public boolean unforgettable(int example) {
        return correct.get(example) > 0 && forgotten.get(example) == 0;
    }

    /** Returns the ids of the {@link #neverLearned} examples, ascending, in a new array. */
    public int[] neverLearnedIds() {
        return IntStream.range(0, examples()).filter(this::neverLearned).toArray();
    }

    /** Returns the ids of the {@link #unforgettable} examples, ascending, in a new array. */
    public int[] unforgettableIds() {
        return IntStream.range(0, examples()).filter(this::unforgettable).toArray();
    }

    /** Returns the number of {@link #neverLearned} examples. */
    public int neverLearnedCount() {
        return (int) IntStream.range(0, examples()).filter(this::neverLearned).count();
    }

    /** Returns the number of {@link #unforgettable} examples. */
    public int unforgettableCount() {
        return (int) IntStream.range(0, examples()).filter(this::unforgettable).count();
    }

    /** Returns the mean number of forgetting events of the examples that were learned; NaN where none was. */
    public double meanForgettingEvents() {
        // an example that was never learned adds 0 here
        long events = IntStream.range(0, examples()).mapToLong(forgotten::get).sum();
        return (double) events / (examples() - neverLearnedCount());
    }

    /**
     * Returns the histogram of forgetting events: element {@code n} is the number of learned examples with {@code n}
     * events, up to those of the most forgotten example.
     */
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
