package dev.lethe.study;

import dev.lethe.run.Procedure;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.TrainingSetChanges;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Settings that the runs of a study have in common.
 *
 * @param run settings of every run, whatever its seed
 * @param seeds number of runs; run i has seed i, from 1
 * @param changes changes of the training set of every run
 */
public record StudySettings(RunSettings run, int seeds, TrainingSetChanges changes) {
    private static final int MOST_SEEDS = 10_000;

    /** Refuses impossible values by a sentence that names them. */
    public StudySettings {
        if (seeds < 1 || seeds > MOST_SEEDS) {
            throw new IllegalArgumentException("seeds=" + seeds + ": choose between 1 and " + MOST_SEEDS);
        }
    }

    /**
     * Returns settings of runs on the unchanged training set.
     *
     * @param run settings of every run, whatever its seed
     * @param seeds number of runs; run i has seed i, from 1
     */
    public static StudySettings of(RunSettings run, int seeds) {
        return new StudySettings(run, seeds, TrainingSetChanges.NONE);
    }

    /** Returns the settings with other changes of the training set. */
    public StudySettings with(TrainingSetChanges other) {
        return new StudySettings(run, seeds, other);
    }

    /** Returns the settings with those of other runs. */
    public StudySettings with(RunSettings other) {
        return new StudySettings(other, seeds, changes);
    }

    /** Returns the tracked run of a seed. */
    public RunSpec spec(long seed) {
        return new RunSpec(run.withSeed(seed), changes, Procedure.TRACKED);
    }

    /** Returns the tracked runs of all seeds. */
    public List<RunSpec> specs() {
        return LongStream.rangeClosed(1, seeds).mapToObj(this::spec).toList();
    }

    /** Returns the settings by name, for {@code study.json}. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>(run.asMap());
        map.remove("seed");
        map.put("seeds", seeds);
        map.putAll(changes.noiseAsMap());
        return map;
    }
}
