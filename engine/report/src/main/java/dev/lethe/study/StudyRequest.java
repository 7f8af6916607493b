package dev.lethe.study;

import dev.lethe.data.LabelNoise;
import dev.lethe.run.RunSettings;
import java.util.List;
import java.util.Optional;

/** A request for a study: the values of its options, and those of the options of every study that it may need. */
public interface StudyRequest {
    /** Returns the values that were given for an option; empty where it was not given. */
    <T> Optional<List<T>> given(StudyOption<T> option);

    /** Returns the values of an option: those that were given, or its defaults. */
    default <T> List<T> values(StudyOption<T> option) {
        return given(option).orElseGet(() -> option.defaults(preset()));
    }

    /** Returns the value of an option; empty where it was not given and has no default. */
    default <T> Optional<T> find(StudyOption<T> option) {
        return values(option).stream().findFirst();
    }

    /** Returns the value of an option that is required or has a default. */
    default <T> T value(StudyOption<T> option) {
        return find(option).orElseThrow(() -> new IllegalStateException(
                "option " + option.name() + " has neither a value nor a default"));
    }

    /** Returns the length and number of runs. */
    Preset preset();

    /** Returns whether a share of wrong labels was given. */
    boolean isLabelNoiseGiven();

    /** Returns the wrong labels to put in: the share that was given, or the usual one. */
    LabelNoise labelNoise(double usualShare);

    /** Returns the seed of noise in labels and pixels. */
    long noiseSeed();

    /**
     * Returns settings of runs of another network on the same data, by its own recipe and with the preset's epochs.
     *
     * @throws IllegalArgumentException naming the networks where there is none of that name
     */
    RunSettings network(String model);

    /**
     * Returns settings of runs of another network on the same data, by its own recipe.
     *
     * @throws IllegalArgumentException naming the networks where there is none of that name
     */
    RunSettings network(String model, int epochs);
}
