package dev.lethe.run.store;

import dev.lethe.run.Procedure;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.tracker.History;
import dev.lethe.tracker.HistoryException;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A finished run in its folder. Files are read on demand, and each is verified before it is first read: against the
 * digest in {@code run.json}, and for its form, since folders of earlier versions have no digests. A file that is not
 * what the run left is refused with a {@link RunException} that says how to train the run again. Thread-safe.
 *
 * @see dev.lethe.tracker.score.RunScores
 * @see dev.lethe.run.execute.PlanExecutor
 */
public final class FinishedRun {
    private final RunSpec spec;
    private final Path folder;
    private final String key;
    private final Map<?, ?> described;
    private final Set<String> unaltered = new HashSet<>();
    private @Nullable RunManifest manifest; // read when it is asked for
    private @Nullable Map<?, ?> configuration; // read when it is asked for
    private int examples = -1;

    /**
     * Makes a run of a folder.
     *
     * @param key hash that identifies the run
     * @param described settings that must stand in its configuration
     */
    FinishedRun(RunSpec spec, Path folder, String key, Map<?, ?> described) {
        this.spec = spec;
        this.folder = folder;
        this.key = key;
        this.described = described;
    }

    /** Returns the run as a value. */
    public RunSpec spec() {
        return spec;
    }

    /** Returns the folder that holds its files. */
    public Path folder() {
        return folder;
    }

    /**
     * Verifies all files that studies read.
     *
     * @throws RunException when one of them is not what the run left
     */
    public void verify() throws IOException {
        configuration();
        for (String name : manifest().files().keySet()) {
            if (!name.equals(RunFolder.SCORES)) { // a table for people, who may have saved it from a spreadsheet
                file(name);
            }
        }
        epochs();
        if (spec.procedure() instanceof Procedure.Alternating) {
            TasksCsv.read(this);
        } else {
            examples();
        }
    }

    private synchronized RunManifest manifest() throws IOException {
        if (manifest == null) {
            RunManifest read = RunManifest.read(folder);
            if (!read.key().equals(key)) {
                throw RunFolder.damaged(folder.resolve(RunManifest.NAME),
                        "is of another run, with key=" + read.key() + " where this run has key=" + key);
            }
            int recorded = read.epochs().orElse(spec.epochs());
            if (spec.mayEndEarly() ? recorded < 1 || recorded > spec.epochs() : recorded != spec.epochs()) {
                throw RunFolder.damaged(folder.resolve(RunManifest.NAME), "has epochs=" + recorded
                        + " where the run has " + (spec.mayEndEarly() ? "1 to " : "") + spec.epochs()
                        + ", it was altered or damaged");
            }
            manifest = read;
        }
        return manifest;
    }

    /** Returns the number of epochs that the run was trained for. */
    public int trainedEpochs() throws IOException {
        return manifest().epochs().orElse(spec.epochs());
    }

    /** Returns a file of the run, verified against the digest in {@code run.json} the first time. */
    synchronized Path file(String name) throws IOException {
        if (!unaltered.contains(name)) {
            manifest().requireUnaltered(folder, name);
            unaltered.add(name);
        }
        return folder.resolve(name);
    }

    /** Reads its {@code config.json}. */
    public synchronized Map<?, ?> configuration() throws IOException {
        if (configuration == null) {
            Path file = file(RunFolder.CONFIGURATION);
            Map<?, ?> fields = RunFolder.values(file, RunFolder.trainAgain(file));
            for (Map.Entry<?, ?> setting : described.entrySet()) {
                Object found = fields.get(setting.getKey());
                if (!RunConfiguration.CHOSEN.contains(setting.getKey())
                        && !RunSettings.LOCATIONS.contains(setting.getKey())
                        && !Objects.equals(found, setting.getValue())) {
                    throw RunFolder.damaged(file, "is of another run, with " + setting.getKey() + "=" + found
                            + " where this run has " + setting.getKey() + "=" + setting.getValue());
                }
            }
            configuration = fields;
        }
        return configuration;
    }

    /** Opens its history, which has all epochs; closed by the caller. */
    public History history() throws IOException {
        Path file = file(RunFolder.HISTORY);
        History history;
        try {
            history = History.open(file);
        } catch (HistoryException e) {
            throw RunFolder.damaged(file, e);
        }
        try {
            requireOwn(file, history);
            return history;
        } catch (IOException | RuntimeException e) {
            history.close();
            throw e;
        }
    }

    private void requireOwn(Path file, History history) throws IOException {
        requireSame(file, "data fingerprint", history.spec().fingerprint().hex(),
                configuration().get(RunConfiguration.FINGERPRINT));
        requireSame(file, "configuration hash", history.spec().configuration().hex(),
                Sha256.ofFile(file(RunFolder.CONFIGURATION)).hex());
        if (history.epochs() != trainedEpochs()) {
            throw RunFolder.damaged(file, "has " + history.epochs() + " epochs where the run has " + trainedEpochs());
        }
    }

    private static void requireSame(Path file, String what, String found, @Nullable Object expected) {
        if (!found.equals(expected)) {
            throw RunFolder.damaged(file, "is of another run, with " + what + "=" + found + " where this run has "
                    + what + "=" + expected);
        }
    }

    /** Returns the number of training examples. */
    private synchronized int examples() throws IOException {
        if (examples < 0) {
            try (History history = history()) {
                examples = history.examples();
            }
        }
        return examples;
    }

    /** Computes its scores after the last epoch. */
    public RunScores scores() throws IOException {
        try (History history = history()) {
            return RunScores.of(history);
        }
    }

    /** Reads the means that weigh epochs by how well the network generalised. */
    public WeightedMeans weightedMeans() throws IOException {
        return new WeightedMeans(RunArrays.floats(file(WeightedMeans.MARGIN_FILE), examples()),
                RunArrays.floats(file(WeightedMeans.CONFIDENCE_FILE), examples()));
    }

    /** Reads its epochs in order, all of them. */
    public List<EpochMetrics> epochs() throws IOException {
        return MetricsCsv.read(file(RunFolder.METRICS), trainedEpochs());
    }

    /** Reads the class that was predicted at each example's last presentation, by example. */
    public int[] predictions() throws IOException {
        return RunArrays.ints(file(RunFolder.PREDICTIONS), examples());
    }

    /** Returns the values that its results depend on beside its settings. */
    public Map<?, ?> provenance() throws IOException {
        return manifest().provenance();
    }

    @Override
    public String toString() {
        return spec.label() + " in " + folder;
    }
}
