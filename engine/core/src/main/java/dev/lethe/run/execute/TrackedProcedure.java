package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.model.Network;
import dev.lethe.run.InitialWeights;
import dev.lethe.run.Procedure;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.checkpoint.RunIdentity;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Training with a tracker.
 *
 * @param tracked the procedure
 * @param trainer trainer that this object owns and closes
 * @param data training set, with its test set
 * @param allEpochs epochs of the whole run, unless it ends early
 * @param folder folder of the run
 */
record TrackedProcedure(Procedure.Tracked tracked, Trainer trainer, DataSet data, int allEpochs, Path folder)
        implements RunnableProcedure {
    /** Compiles a network and gives it the weights to begin with. */
    static TrackedProcedure of(Procedure.Tracked tracked, Backend backend, Network network, DataSet data,
            TrainingConfig config, Arithmetic arithmetic, Path folder) throws IOException {
        Trainer trainer = new Trainer(backend, network, data, config,
                tracked.steering().options().withArithmetic(arithmetic));
        try {
            if (tracked.weights() instanceof InitialWeights.Saved saved) {
                trainer.begin(saved.read(network, data.train().shape().withFirst(1)).arrays());
            }
            return new TrackedProcedure(tracked, trainer, data, config.epochs(), folder);
        } catch (IOException | RuntimeException | Error e) {
            try (trainer) {
                throw e;
            }
        }
    }

    @Override
    public boolean run(RunIdentity identity, SupervisedRun supervised) throws IOException {
        return new TrackedTraining(trainer, data, allEpochs, identity, folder).train(supervised,
                tracked.stopping());
    }

    @Override
    public int epochs() {
        return trainer.epochs();
    }

    @Override
    public long memory() {
        return trainer.memory().total();
    }

    @Override
    public void close() {
        trainer.close();
    }
}
