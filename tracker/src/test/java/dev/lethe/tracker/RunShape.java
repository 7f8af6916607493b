package dev.lethe.tracker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The variables of a made-up run in a property. The presentations follow from them, so that this one line describes a
 * failure.
 *
 * @param examples
 *            the number of examples of the data set
 * @param epochs
 *            the number of epochs of the run
 * @param share
 *            the probability that an example is presented in an epoch; 0 and 1 occur
 * @param pattern
 *            the pattern of right predictions
 * @param nonFinite
 *            the share of presentations with a NaN among their values, which are recorded as right
 * @param seed
 *            the seed of everything else
 */
public record RunShape(int examples, int epochs, double share, Pattern pattern, double nonFinite, long seed) {

    /** A pattern of an example's right predictions. */
    public enum Pattern {
        ALWAYS, NEVER, ALTERNATING, LEARNED_FOR_GOOD, FORGOTTEN_FOR_GOOD, COIN,
        /** One of the other patterns for each example. */
        MIXED;

        private boolean correct(int presentation, Random random) {
            return switch (this) {
                case ALWAYS -> true;
                case NEVER -> false;
                case ALTERNATING -> presentation % 2 == 0;
                case LEARNED_FOR_GOOD -> presentation >= 3;
                case FORGOTTEN_FOR_GOOD -> presentation < 3;
                case COIN -> random.nextBoolean();
                case MIXED -> throw new IllegalStateException("an example has a pattern of its own");
            };
        }

        private Pattern of(int example) {
            return this == MIXED ? values()[example % MIXED.ordinal()] : this;
        }
    }

    /** A run, as it is given to the tracker and as the history should have it. */
    public record Run(RandomRun recorded, RandomRun expected) {}

    /** Describes a history of this many examples, with one epoch more than the run has. */
    public TrackerSpec spec() {
        return TrackerSpec.of(examples, epochs + 1);
    }

    /** Makes the presentations, in ascending order of examples within each epoch. */
    public Run run() {
        Random random = new Random(seed);
        int[] presentations = new int[examples];
        List<List<Presentation>> recorded = new ArrayList<>();
        List<List<Presentation>> expected = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            List<Presentation> given = new ArrayList<>();
            List<Presentation> kept = new ArrayList<>();
            for (int example = 0; example < examples; example++) {
                if (random.nextDouble() < share) {
                    Presentation presentation = presentation(example, presentations[example]++, random);
                    given.add(presentation);
                    kept.add(asKept(presentation));
                }
            }
            recorded.add(given);
            expected.add(kept);
        }
        return new Run(new RandomRun(examples, recorded), new RandomRun(examples, expected));
    }

    private Presentation presentation(int example, int index, Random random) {
        float[] values = {(float) random.nextGaussian(), random.nextFloat(), random.nextFloat(), random.nextFloat()};
        boolean correct = pattern.of(example).correct(index, random);
        if (random.nextDouble() < nonFinite) {
            values[random.nextInt(values.length)] = Float.NaN;
            correct = true;
        }
        return new Presentation(example, correct, values[0], values[1], values[2], values[3]);
    }

    /**
     * Returns a presentation as the history has it: a value that is not finite makes the prediction wrong, whatever was
     * recorded.
     */
    private static Presentation asKept(Presentation given) {
        return new Presentation(given.example(), given.correct() && finite(given), given.margin(), given.el2n(),
                given.probability(), given.loss());
    }

    private static boolean finite(Presentation given) {
        return Float.isFinite(given.margin()) && Float.isFinite(given.el2n()) && Float.isFinite(given.probability())
                && Float.isFinite(given.loss());
    }

    /** Records and commits the epochs {@code [first, end)} of a run. */
    public static void record(Run run, int first, int end, WayOfRecording way, ForgettingTracker tracker)
            throws IOException {
        for (int epoch = first; epoch < end; epoch++) {
            way.record(run.recorded().epochs().get(epoch), tracker);
            tracker.commitEpoch();
        }
    }
}
