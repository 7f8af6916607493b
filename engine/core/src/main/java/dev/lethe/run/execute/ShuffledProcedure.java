package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.model.Network;
import dev.lethe.run.store.MetricsCsv;
import dev.lethe.run.store.RunFolder;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.ShuffledGradientControl;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.checkpoint.RunIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Training with shuffled updates; has no checkpoint, and begins anew. */
final class ShuffledProcedure implements RunnableProcedure {
    private final ShuffledGradientControl networks;
    private final TrainingConfig config;
    private final int examples;
    private final Path folder;

    ShuffledProcedure(Backend backend, Network network, DataSet data, TrainingConfig config, Arithmetic arithmetic,
            Path folder) {
        networks = new ShuffledGradientControl(backend, network, data, config, arithmetic);
        this.config = config;
        this.folder = folder;
        examples = data.train().examples();
    }

    @Override
    public boolean run(RunIdentity identity, SupervisedRun supervised) throws IOException {
        Path history = folder.resolve(RunFolder.HISTORY);
        Files.deleteIfExists(history); // of a run that was interrupted
        TrackerSpec spec = new TrackerSpec(examples, config.epochs(), identity.data(), identity.configuration());
        MetricsCsv csv = MetricsCsv.create(folder.resolve(RunFolder.METRICS));
        try (ForgettingTracker tracker = ForgettingTracker.create(history, spec)) {
            while (networks.epochs() < config.epochs() && supervised.proceeds()) {
                csv.append(networks.trainEpoch(tracker, supervised));
            }
        }
        NpyFile.write(folder.resolve(RunFolder.PREDICTIONS),
                NumpyArray.of(trainer().presentations().predictedByExample()));
        return networks.epochs() == config.epochs();
    }

    @Override
    public Trainer trainer() {
        return networks.control();
    }

    @Override
    public int epochs() {
        return networks.epochs();
    }

    @Override
    public long memory() {
        return networks.memory();
    }

    @Override
    public void close() {
        networks.close();
    }
}
