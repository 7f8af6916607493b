package dev.lethe.tracker;

import java.util.ArrayList;
import java.util.List;

/**
 * The definitions of forgetting, transcribed word by word over a list of presentations for each example, as the paper's
 * own code keeps them: the oracle of the tracker's tests.
 */
public final class LiteralBookkeeping {
    private final List<List<Presentation>> presentationsOf = new ArrayList<>();

    public LiteralBookkeeping(int examples) {
        for (int example = 0; example < examples; example++) {
            presentationsOf.add(new ArrayList<>());
        }
    }

    /** Keeps the books of a run's first {@code epochs} epochs. */
    public static LiteralBookkeeping of(RandomRun run, int epochs) {
        LiteralBookkeeping bookkeeping = new LiteralBookkeeping(run.examples());
        run.epochs().subList(0, epochs).forEach(epoch -> epoch.forEach(bookkeeping::present));
        return bookkeeping;
    }

    public void present(Presentation presentation) {
        presentationsOf.get(presentation.example()).add(presentation);
    }

    public int presentations(int example) {
        return presentationsOf.get(example).size();
    }

    public int correctPresentations(int example) {
        return (int) presentationsOf.get(example).stream().filter(Presentation::correct).count();
    }

    /** Returns how many times an example went from right to wrong between consecutive presentations. */
    public int forgettingEvents(int example) {
        int events = 0;
        Presentation previous = null;
        for (Presentation presentation : presentationsOf.get(example)) {
            if (previous != null && previous.correct() && !presentation.correct()) {
                events++;
            }
            previous = presentation;
        }
        return events;
    }

    /** Returns how many times an example went from wrong, or never presented, to right. */
    public int learningEvents(int example) {
        int events = 0;
        Presentation previous = null;
        for (Presentation presentation : presentationsOf.get(example)) {
            if ((previous == null || !previous.correct()) && presentation.correct()) {
                events++;
            }
            previous = presentation;
        }
        return events;
    }

    /** Returns the index of the first presentation predicted right; -1 where there is none. */
    public int firstLearned(int example) {
        int index = 0;
        for (Presentation presentation : presentationsOf.get(example)) {
            if (presentation.correct()) {
                return index;
            }
            index++;
        }
        return -1;
    }

    /** Returns the index of the last presentation predicted wrong, plus 1; 0 where there is none. */
    public int presentationsToLearn(int example) {
        List<Presentation> presentations = presentationsOf.get(example);
        for (int index = presentations.size() - 1; index >= 0; index--) {
            if (!presentations.get(index).correct()) {
                return index + 1;
            }
        }
        return 0;
    }

    public boolean neverLearned(int example) {
        return firstLearned(example) == -1;
    }

    public boolean unforgettable(int example) {
        return !neverLearned(example) && forgettingEvents(example) == 0;
    }

    /** Returns a sum in float32, in the order of presentation. */
    public float sum(RunningSum sum, int example) {
        float total = 0;
        for (Presentation presentation : presentationsOf.get(example)) {
            total += switch (sum) {
                case MARGIN -> presentation.margin();
                case EL2N -> presentation.el2n();
                case PROBABILITY -> presentation.probability();
                case PROBABILITY_SQUARED -> presentation.probability() * presentation.probability();
                case LOSS -> presentation.loss();
            };
        }
        return total;
    }
}
