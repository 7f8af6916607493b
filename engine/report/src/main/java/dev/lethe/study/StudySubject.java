package dev.lethe.study;

import dev.lethe.report.Text;

/**
 * The networks that a study is about.
 *
 * @param data name of the data set
 * @param model network of the zoo
 * @param epochs epochs of each run
 * @param seeds number of runs of each kind
 */
public record StudySubject(String data, String model, int epochs, int seeds) {
    private static final String CIFAR10 = "cifar10";

    /** Returns data set and network, as titles of reports end. */
    public String title() {
        return data + ", " + model;
    }

    /** Returns whether the data set is CIFAR-10, which many figures of the paper are for. */
    public boolean isCifar10() {
        return data.equals(CIFAR10);
    }

    /** Returns the number of runs and their length, as in {@code 5 seeds, 200 epochs each}. */
    public String runs() {
        return Text.count(seeds, "seed") + ", " + Text.count(epochs, "epoch") + " each";
    }
}
