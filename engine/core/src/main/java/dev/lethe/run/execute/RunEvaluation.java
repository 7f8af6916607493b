package dev.lethe.run.execute;

import dev.lethe.data.DataOptions;
import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.PixelNoise;
import dev.lethe.io.Json;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.run.ConfigFile;
import dev.lethe.run.DataSource;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.run.store.RunConfiguration;
import dev.lethe.run.store.RunFolder;
import dev.lethe.tracker.Sha256;
import dev.lethe.train.Evaluation;
import dev.lethe.train.TestViews;
import dev.lethe.train.Tester;
import dev.lethe.train.checkpoint.CheckpointFolder;
import dev.lethe.train.checkpoint.RunIdentity;
import dev.lethe.train.checkpoint.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Test of the network that a run left, on the test images that the run was tested on. Immutable. */
public final class RunEvaluation {
    private final Path folder;
    private final String config;
    private final RunSettings settings;
    private final ConfigFile values;
    private final @Nullable PixelNoise noise; // null for none

    private RunEvaluation(Path folder, String config, RunSettings settings, ConfigFile values,
            @Nullable PixelNoise noise) {
        this.folder = folder;
        this.config = config;
        this.settings = settings;
        this.values = values;
        this.noise = noise;
    }

    /**
     * Reads the settings of a run.
     *
     * @param run folder of a run, of a study or of {@code lethe train}; or the folder that holds {@code runs} with a
     *        single run
     * @throws RunException when there is none
     */
    public static RunEvaluation of(Path run) throws IOException {
        Path folder = RunFolder.onlyRun(run);
        if (!RunFolder.hasBegun(folder)) {
            throw new RunException("folder " + run
                    + " holds no run: name what lethe train wrote, or one of the folders in its runs");
        }
        Path file = folder.resolve(RunFolder.CONFIGURATION);
        Map<?, ?> values = Json.read(file);
        return new RunEvaluation(folder, Files.readString(file), RunSettings.ofRun(values), new ConfigFile(values),
                PixelNoise.of(values).orElse(null));
    }

    /** Returns a test of the same run with its data set at another place. */
    public RunEvaluation withData(String nameOrFolder) {
        return with(settings.withData(DataSource.of(nameOrFolder,
                settings.data() instanceof DataSource.Stored stored ? stored.options() : DataOptions.NONE)));
    }

    /** Returns a test of the same run on a data set that is there already, with the images that it was trained on. */
    public RunEvaluation withData(DataSet data) {
        return with(settings.withData(DataSource.of(data)));
    }

    /** Returns a test that computes in another type of activations than the run was trained in. */
    public RunEvaluation withActivations(DType other) {
        return with(settings.with(settings.arithmetic().withActivations(other)));
    }

    /** Returns a test whose predictions are made of other views than those that the run was trained with. */
    public RunEvaluation withViews(TestViews views) {
        return with(settings.withTraining(settings.training().withTestViews(views)));
    }

    private RunEvaluation with(RunSettings other) {
        return new RunEvaluation(folder, config, other, values, noise);
    }

    /**
     * Tests the last checkpoint of the run.
     *
     * @param backendName name of a backend, as in {@code --backend}
     * @param threads number of workers of the backend
     * @throws RunException when the run has no checkpoint, or its data set is not found or has changed
     */
    public Evaluation test(String backendName, int threads) throws IOException {
        DataSet read = load();
        DataSet data = noise == null ? read : noise.applyTo(read);
        RunIdentity identity = new RunIdentity(settings.model(), settings.training().seed(), Sha256.ofText(config),
                new Sha256(values.text(RunConfiguration.FINGERPRINT)));
        TrainingState state = new CheckpointFolder(folder).read(identity)
                .orElseThrow(() -> new RunException("folder " + folder + " has no checkpoint: train first"));
        try (Backend backend = Backends.open(backendName, threads);
                Tester tester = new Tester(backend, settings.createNetwork(data.classes()), data,
                        settings.training(), settings.arithmetic())) {
            return tester.test(state.weights(), state.optimizer());
        }
    }

    private DataSet load() {
        DataSet data;
        try {
            data = settings.load(PlanListener.NONE);
        } catch (DataSets.UnknownDataSetException e) {
            throw new RunException("the data set of " + folder + " is not at " + settings.data().name()
                    + ": say where it is, or begin in the folder that the run was trained from", e);
        }
        String source = values.has(RunConfiguration.SOURCE_FINGERPRINT)
                ? values.text(RunConfiguration.SOURCE_FINGERPRINT)
                : values.text(RunConfiguration.FINGERPRINT); // of an earlier version
        requireSame("training", Sha256.ofDigest(data.fingerprint()), source);
        if (values.has(RunConfiguration.TEST_FINGERPRINT)) {
            requireSame("test", Sha256.ofDigest(data.testFingerprint()),
                    values.text(RunConfiguration.TEST_FINGERPRINT));
        }
        return data;
    }

    private void requireSame(String part, Sha256 found, String recorded) {
        if (!found.hex().equals(recorded)) {
            throw new RunException(
                    "data set " + settings.data().name() + " is not what " + folder + " was trained on: its "
                            + part + " images or labels have changed; put them back as they were, or train again");
        }
    }
}
