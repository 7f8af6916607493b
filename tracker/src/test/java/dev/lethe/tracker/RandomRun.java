package dev.lethe.tracker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A made-up training run. Examples range from never right to always right, so that every class of example occurs.
 *
 * @param examples
 *            the number of examples of the data set
 * @param epochs
 *            the presentations of each epoch, in order
 */
public record RandomRun(int examples, List<List<Presentation>> epochs) {

    /** Makes a run with every example once in each epoch, in random order. */
    public static RandomRun full(int examples, int epochs, long seed) {
        return sampled(examples, epochs, 1, seed);
    }

    /** Makes a run with each example in an epoch with the given probability, in random order. */
    public static RandomRun sampled(int examples, int epochs, double share, long seed) {
        Random random = new Random(seed);
        List<List<Presentation>> run = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            List<Presentation> presentations = new ArrayList<>();
            for (int example = 0; example < examples; example++) {
                if (random.nextDouble() < share) {
                    presentations.add(presentation(example, random));
                }
            }
            Collections.shuffle(presentations, random);
            run.add(presentations);
        }
        return new RandomRun(examples, run);
    }

    /**
     * Makes a run whose epochs have as many presentations as there are examples, each of an example drawn at random.
     */
    public static RandomRun withReplacement(int examples, int epochs, long seed) {
        Random random = new Random(seed);
        List<List<Presentation>> run = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            List<Presentation> presentations = new ArrayList<>();
            for (int i = 0; i < examples; i++) {
                presentations.add(presentation(random.nextInt(examples), random));
            }
            run.add(presentations);
        }
        return new RandomRun(examples, run);
    }

    private static Presentation presentation(int example, Random random) {
        double ease = example % 11 / 10.0;
        return new Presentation(example, random.nextDouble() < ease, (float) random.nextGaussian(), random.nextFloat(),
                random.nextFloat(), -(float) Math.log(random.nextFloat() + 1e-3f));
    }

    public TrackerSpec spec() {
        return TrackerSpec.of(examples, epochs.size());
    }

    /** Records and commits all epochs, one presentation at a time. */
    public void recordInto(ForgettingTracker tracker) throws IOException {
        for (List<Presentation> epoch : epochs) {
            record(epoch, tracker);
            tracker.commitEpoch();
        }
    }

    /** Records presentations one at a time. */
    public static void record(List<Presentation> presentations, ForgettingTracker tracker) {
        for (Presentation p : presentations) {
            tracker.record(p.example(), p.correct(), p.margin(), p.el2n(), p.probability(), p.loss());
        }
    }
}
