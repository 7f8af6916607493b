package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.data.ExampleTables;
import dev.lethe.io.Json;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.run.ConfigFile;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.Provenance;
import dev.lethe.run.store.RunConfiguration;
import dev.lethe.run.store.RunFolder;
import dev.lethe.run.store.RunStore;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.select.Selection;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.checkpoint.RunIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Training of one run of a store, from its beginning or its last checkpoint. The caller holds the run's lock. */
final class RunTrainer {
    private final RunStore store;
    private final RunSpec spec;
    private final Duration checkpointInterval;

    /** Decisions of the executor that a run asks for. Called by the thread that trains. */
    interface Supervisor {
        /**
         * Decides whether the run may take its memory, before it takes it.
         *
         * @param bytes bytes that its programs hold
         * @param deviceFree bytes that are left on a device where the programs already are; empty for programs in the
         *        host's memory
         * @return false if the run has to wait for others
         */
        boolean admits(long bytes, OptionalLong deviceFree);

        /** Notes that all memory of the run is taken. */
        void hasTakenItsMemory();

        /** Says whether the run may train another epoch. */
        boolean proceeds();
    }

    /**
     * Makes the training of a run.
     *
     * @param checkpointInterval least time between two checkpoints
     */
    RunTrainer(RunStore store, RunSpec spec, Duration checkpointInterval) {
        this.store = store;
        this.spec = spec;
        this.checkpointInterval = checkpointInterval;
    }

    /**
     * Trains the rest of the run.
     *
     * @return the run; empty if it was told to stop or to wait
     */
    Optional<FinishedRun> train(PlanListener.RunNotice notice, PlanListener listener, Supervisor supervisor)
            throws IOException {
        RunStore.TrainingSet set = store.trainingSet(spec); // before a program is compiled: it may refuse
        DataSet data = set.data();
        if (set instanceof RunStore.TrainingSet.Selected(DataSet _, DataSet _, Selection kept)
                && !kept.emptyClasses().isEmpty()) {
            listener.noticed(emptyClasses(kept, data));
        }
        Path run = store.folder(spec);
        try (Backend backend = Backends.open(spec.settings().backend(), spec.settings().threads());
                RunnableProcedure procedure = RunnableProcedure.of(spec, store, backend, data, run)) {
            if (!supervisor.admits(procedure.memory(), backend.freeMemory())) {
                return Optional.empty();
            }
            Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
            String config = RunFolder.claim(run,
                    RunConfiguration.of(store.describe(spec), fingerprint, backend.info(), procedure.trainer()),
                    store.notices(spec.settings()));
            RunIdentity identity = new RunIdentity(spec.settings().model(), spec.settings().training().seed(),
                    Sha256.ofText(config), fingerprint);
            if (set instanceof RunStore.TrainingSet.Selected(DataSet _, DataSet whole, Selection kept)) {
                ExampleTables.write(run.resolve(RunFolder.REMOVED), whole, kept.removedIds());
            }
            boolean ended;
            try (PlanListener.RunListener watcher = listener.runStarted(notice)) {
                ended = procedure.run(identity, new SupervisedRun(watcher, supervisor, checkpointInterval));
            }
            if (!ended) {
                return Optional.empty();
            }
            RunFolder.finish(run, spec.label(), store.key(spec).hex(), procedure.epochs(),
                    Provenance.of(fingerprint, backend.info(), procedure.trainer()));
            return store.finished(spec);
        }
    }

    private String emptyClasses(Selection kept, DataSet data) {
        return "run '" + spec.label() + "' has no training image left of class "
                + kept.emptyClasses().stream().map(data.classNames()::get).collect(Collectors.joining(", "))
                + ": a class floor keeps some of each";
    }

    /**
     * Chooses the arithmetic of a run. A run that has begun keeps the convolution algorithms that it began with, even
     * if others are faster now, because they round differently.
     */
    static Arithmetic arithmetic(Arithmetic wanted, Path run) throws IOException {
        Path config = run.resolve(RunFolder.CONFIGURATION);
        boolean recorded = wanted.convolutions().equals(ConvolutionChoice.FASTEST) && Files.exists(config);
        return recorded ? wanted.withConvolutions(new ConfigFile(Json.read(config)).convolutions()) : wanted;
    }
}
