package dev.lethe.study.run;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.tracker.History;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A run that is finished, as its folder has it. What it gives is read when it is asked for. */
public final class FinishedRun {
    private final RunSpec spec;
    private final Path folder;

    FinishedRun(RunSpec spec, Path folder) {
        this.spec = spec;
        this.folder = folder;
    }

    /** What was run. */
    public RunSpec spec() {
        return spec;
    }

    /** Where it is. */
    public Path folder() {
        return folder;
    }

    /** Its history; closed by the caller. */
    public History history() throws IOException {
        return History.open(folder.resolve(RunFolder.HISTORY));
    }

    /** Its scores after the last epoch. */
    public RunScores scores() throws IOException {
        try (History history = history()) {
            return RunScores.of(history);
        }
    }

    /** Means that weigh epochs by how well the network generalised. */
    public WeightedMeans weightedMeans() throws IOException {
        return WeightedMeans.read(folder);
    }

    /** Its epochs in order. */
    public List<EpochMetrics> epochs() throws IOException {
        return MetricsCsv.read(folder.resolve(RunFolder.METRICS));
    }

    /** The class that was predicted at each example's last presentation, by example. */
    public int[] predictions() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return NpyFile.read(folder.resolve(RunFolder.PREDICTIONS), arena).data().toArray(JAVA_INT);
        }
    }

    /** What stands in its {@code config.json}. */
    public Map<?, ?> configuration() throws IOException {
        return Json.read(folder.resolve(RunFolder.CONFIGURATION));
    }

    /** What its results depend on beside its settings. */
    public Map<?, ?> provenance() throws IOException {
        return Json.read(folder.resolve(RunFolder.FINISHED)).get("provenance") instanceof Map<?, ?> map
                ? map
                : Map.of();
    }

    @Override
    public String toString() {
        return spec.label() + " in " + folder;
    }
}
