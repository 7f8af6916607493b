package dev.lethe.study.forgetting;

import dev.lethe.data.DataSet;
import dev.lethe.tracker.score.RunAggregate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training images of one class, over all runs.
 *
 * @param label label of the class
 * @param name name of the class
 * @param images number of its images in the training set
 * @param unforgettable number of images that every run learned and none forgot
 * @param forgotten number of images that some run forgot
 * @param events number of forgetting events, summed over images and runs
 * @param neverLearned number of images that a run never learned, summed over the runs
 * @param runs number of runs
 */
record ClassSummary(int label, String name, int images, int unforgettable, int forgotten, long events,
        long neverLearned, int runs) {

    /** Summarises each class, in the order of the labels. */
    static List<ClassSummary> of(DataSet data, RunAggregate aggregate) {
        Totals[] totals = new Totals[data.classes()];
        Arrays.setAll(totals, label -> new Totals());
        for (int example = 0; example < aggregate.examples(); example++) {
            totals[data.train().label(example)].add(aggregate, example);
        }
        return IntStream.range(0, totals.length)
                .mapToObj(label -> totals[label].summary(label, data.classNames().get(label), aggregate.runs()))
                .toList();
    }

    private static final class Totals {
        private int images;
        private int unforgettable;
        private int forgotten;
        private long events;
        private long neverLearned;

        void add(RunAggregate aggregate, int example) {
            images++;
            unforgettable += aggregate.unforgettable(example) ? 1 : 0;
            forgotten += aggregate.forgettingEvents(example) > 0 ? 1 : 0;
            events += aggregate.forgettingEvents(example);
            neverLearned += aggregate.neverLearnedRuns(example);
        }

        ClassSummary summary(int label, String name, int runs) {
            return new ClassSummary(label, name, images, unforgettable, forgotten, events, neverLearned, runs);
        }
    }

    /** Returns the share of the images that are unforgettable; NaN for a class without images. */
    public double unforgettableShare() {
        return (double) unforgettable / images;
    }

    /** Returns the mean forgetting events in a run of an image that it learned; NaN where no run learned any. */
    public double meanEvents() {
        return (double) events / ((long) images * runs - neverLearned);
    }

    /** Returns the number of images that a run never learned, mean over the runs. */
    public double neverLearnedPerRun() {
        return (double) neverLearned / runs;
    }
}
