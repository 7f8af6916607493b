package dev.lethe.run;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A training run as a value, which decides its results. Equal specs are the same run.
 *
 * @param settings settings of the run
 * @param changes changes of its training set
 * @param procedure way in which the network is trained
 */
public record RunSpec(RunSettings settings, TrainingSetChanges changes, Procedure procedure) {
    private static final int MOST_OF_DATA = 100;

    /** Makes a run that is trained and tracked on the whole training set. */
    public static RunSpec of(RunSettings settings) {
        return new RunSpec(settings, TrainingSetChanges.NONE, Procedure.TRACKED);
    }

    /** Returns this run on a changed training set. */
    public RunSpec with(TrainingSetChanges other) {
        return new RunSpec(settings, other, procedure);
    }

    /** Returns this run with another seed. */
    public RunSpec withSeed(long seed) {
        return new RunSpec(settings.withSeed(seed), changes, procedure);
    }

    /** Returns this run by another procedure. */
    public RunSpec with(Procedure other) {
        return new RunSpec(settings, changes, other);
    }

    /** Returns the runs that must be finished before this one. */
    public List<RunSpec> dependencies() {
        return Stream.concat(changes.removal().stream().flatMap(removal -> removal.ranking().runs().stream()),
                procedure.dependencies().stream()).distinct().toList();
    }

    /** Returns the number of epochs that the run has when it is finished. */
    public int epochs() {
        return procedure.epochs(settings.training().epochs());
    }

    /** Says whether the run may be finished before it has {@link #epochs} epochs. */
    public boolean mayEndEarly() {
        return procedure instanceof Procedure.Tracked tracked && !tracked.stopping().equals(StoppingRule.ALL_EPOCHS);
    }

    /** Returns a short label that tells the run from the other runs of a study. */
    public String label() {
        StringBuilder label = new StringBuilder(settings.model()).append(", seed ").append(settings.training().seed());
        Optional.of(changes.label()).filter(text -> !text.isEmpty()).ifPresent(text -> label.append(", ").append(text));
        Optional.of(procedure.label()).filter(text -> !text.isEmpty())
                .ifPresent(text -> label.append(", ").append(text));
        return label.toString();
    }

    /** Returns data set and label as a part of a file's name, of the data set's no more than is needed to know it. */
    public String slug(String data) {
        String known = data.length() <= MOST_OF_DATA ? data : data.substring(0, MOST_OF_DATA);
        return (known + " " + label()).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-").replaceAll("^-|-$", "");
    }
}
