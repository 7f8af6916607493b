package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.model.Network;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.Trainer;
import dev.lethe.train.checkpoint.RunIdentity;
import java.io.IOException;
import java.nio.file.Path;

/** A procedure with its networks compiled, for one run. */
interface RunnableProcedure extends AutoCloseable {
    /**
     * Trains the rest of the run.
     *
     * @return whether the run has ended; false if it was told to stop before
     */
    boolean run(RunIdentity identity, SupervisedRun supervised) throws IOException;

    /** Returns the trainer whose kernels and types the run's provenance names. */
    Trainer trainer();

    /** Returns the number of epochs trained so far. */
    int epochs();

    /** Returns the bytes that the programs of the run hold. */
    long memory();

    @Override
    void close();

    /**
     * Compiles the networks of a run.
     *
     * @param data training set of the run, with its test set
     * @param run folder of the run, whose {@code config.json}, if there is one, has the algorithms that it began with
     */
    static RunnableProcedure of(RunSpec spec, RunStore store, Backend backend, DataSet data, Path run)
            throws IOException {
        RunSettings settings = spec.settings();
        Network network = settings.createNetwork(data.classes());
        Arithmetic arithmetic = RunTrainer.arithmetic(settings.arithmetic(), run);
        return switch (spec.procedure()) {
            case Procedure.Tracked tracked ->
                TrackedProcedure.of(tracked, backend, network, data, settings.training(), arithmetic, run);
            case Procedure.ShuffledUpdates _ ->
                new ShuffledProcedure(backend, network, data, settings.training(), arithmetic, run);
            case Procedure.Alternating tasks -> new AlternatingProcedure(tasks,
                    TaskSplit.of(tasks, store, data, settings.training().seed()), backend, network, data,
                    settings.training(), arithmetic, run);
        };
    }
}
