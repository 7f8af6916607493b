package dev.lethe.tracker.select;

import dev.lethe.tracker.score.RunAggregate;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A score by which examples are ordered from easy to hard. */
public enum Difficulty {
    /** The forgetting events over all runs; a run that never learned an example counts for more than all events. */
    FORGETTING {
        @Override
        public double of(RunAggregate runs, int example) {
            return runs.forgettingEvents(example) + runs.neverLearnedRuns(example) * AFTER_EVERY_COUNT;
        }
    },
    /** The mean margin, AUM (Pleiss et al. 2020): small margins are hard. */
    MARGIN {
        @Override
        public double of(RunAggregate runs, int example) {
            return -runs.margin(example);
        }
    },
    /** The mean of EL2N, the norm of the error (Paul et al. 2021), over all presentations. */
    EL2N {
        @Override
        public double of(RunAggregate runs, int example) {
            return runs.el2n(example);
        }
    },
    /** The mean probability of the given label (Swayamdipta et al. 2020): low probabilities are hard. */
    CONFIDENCE {
        @Override
        public double of(RunAggregate runs, int example) {
            return -runs.confidence(example);
        }
    },
    /** The mean cross-entropy. */
    LOSS {
        @Override
        public double of(RunAggregate runs, int example) {
            return runs.loss(example);
        }
    };

    /** The number of events that a run that never learned an example counts for in {@link #FORGETTING}. */
    public static final double AFTER_EVERY_COUNT = 0x1p32;

    /**
     * Returns the difficulty of an example; larger values mean harder examples.
     *
     * @param runs
     *            the scores of the runs
     * @param example
     *            the example, {@code [0, runs.examples())}
     */
    public abstract double of(RunAggregate runs, int example);

    /**
     * Returns the difficulty of all examples, in a new array.
     *
     * @param runs
     *            the scores of the runs
     */
    public double[] of(RunAggregate runs) {
        double[] scores = new double[runs.examples()];
        Arrays.setAll(scores, example -> of(runs, example));
        return scores;
    }

    /**
     * Returns the name of the score, as {@link #parse} reads it. It is a part of the keys of finished runs, and never
     * changes.
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the difficulty with a name.
     *
     * @param text
     *            the name
     * @throws IllegalArgumentException
     *             if there is none of that name; the message names the choices
     */
    public static Difficulty parse(String text) {
        return Arrays.stream(values()).filter(difficulty -> difficulty.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown score '" + text + "': choose "
                        + Arrays.stream(values()).map(Difficulty::text).collect(Collectors.joining(", "))));
    }
}
