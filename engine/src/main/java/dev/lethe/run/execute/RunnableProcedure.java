package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingListener;
import dev.lethe.train.checkpoint.RunIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A procedure with its networks compiled, for one run. */
interface RunnableProcedure extends AutoCloseable {
    /** A study that is stopped loses at most so much. */
    Duration PAUSE = Duration.ofSeconds(10);

    /**
     * Does what is left to do.
     *
     * @return whether the run has ended, and was not told to stop
     */
    boolean run(RunIdentity identity, TrainingListener listener, TrackedTraining.Proceed proceed) throws IOException;

    /** What trains, for provenance. */
    Trainer trainer();

    /** Bytes that it holds. */
    long memory();

    @Override
    void close();

    /**
     * Compiles the networks of a run.
     *
     * @param run its folder, which says how an earlier part of it computed
     */
    static RunnableProcedure of(RunSpec spec, RunStore store, Backend backend, DataSet data, Path run)
            throws IOException {
        RunSettings settings = spec.settings();
        Network network = ModelZoo.create(settings.model(), data.classes());
        Arithmetic arithmetic = RunTrainer.arithmetic(settings.arithmetic(), run);
        return switch (spec.procedure()) {
            case Procedure.Tracked _ -> new TrackedProcedure(
                    new Trainer(backend, network, data, settings.training(), arithmetic), settings, data, run);
            case Procedure.ShuffledUpdates _ ->
                new ShuffledProcedure(backend, network, data, settings.training(), arithmetic, run);
            case Procedure.Alternating tasks -> new AlternatingProcedure(tasks,
                    TaskSplit.of(tasks, store, data, settings.training().seed()), backend, network, data,
                    settings.training(), arithmetic, run);
        };
    }

    /** Training with a tracker. */
    record TrackedProcedure(Trainer trainer, RunSettings settings, DataSet data, Path folder)
            implements RunnableProcedure {
        @Override
        public boolean run(RunIdentity identity, TrainingListener listener, TrackedTraining.Proceed proceed)
                throws IOException {
            int epochs = settings.training().epochs();
            new TrackedTraining(trainer, data.train(), epochs, identity, folder, PAUSE).train(listener, proceed);
            return trainer.epochs() == epochs;
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
}
