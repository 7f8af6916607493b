package dev.lethe.tracker.select;

import dev.lethe.tracker.score.RunAggregate;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What examples are ordered by, from easy to hard. */
public enum Difficulty {
    /** Forgetting events over all runs; a run that never learned an example counts for more than all events. */
    FORGETTING {
        @Override
        public double of(RunAggregate runs, int example) {
            return runs.forgettingEvents(example) + runs.neverLearnedRuns(example) * AFTER_EVERY_COUNT;
        }
    },
    /** Small mean margin, AUM (Pleiss et al. 2020). */
    MARGIN {
        @Override
        public double of(RunAggregate runs, int example) {
            return -runs.margin(example);
        }
    },
    /** EL2N, the norm of the error (Paul et al. 2021), as a mean over all presentations. */
    EL2N {
        @Override
        public double of(RunAggregate runs, int example) {
            return runs.el2n(example);
        }
    },
    /** Low mean probability of the given label (Swayamdipta et al. 2020). */
    CONFIDENCE {
        @Override
        public double of(RunAggregate runs, int example) {
            return -runs.confidence(example);
        }
    },
    /** Mean cross-entropy. */
    LOSS {
        @Override
        public double of(RunAggregate runs, int example) {
            return runs.loss(example);
        }
    };

    /** What a run that never learned an example counts for in {@link #FORGETTING}. */
    public static final double AFTER_EVERY_COUNT = 0x1p32;

    /** The larger, the harder. */
    public abstract double of(RunAggregate runs, int example);

    /** That of all examples, in a new array. */
    public double[] of(RunAggregate runs) {
        double[] scores = new double[runs.examples()];
        Arrays.setAll(scores, example -> of(runs, example));
        return scores;
    }

    /** As {@link #parse} reads it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The difficulty of that name.
     *
     * @throws IllegalArgumentException naming the choices
     */
    public static Difficulty parse(String text) {
        return Arrays.stream(values()).filter(difficulty -> difficulty.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown score '" + text + "': choose "
                        + Arrays.stream(values()).map(Difficulty::text).collect(Collectors.joining(", "))));
    }
}
