package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.io.FolderLock;
import dev.lethe.io.Json;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.ConvolutionChoice;
import dev.lethe.run.ConfigFile;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.Provenance;
import dev.lethe.run.store.RunConfiguration;
import dev.lethe.run.store.RunFolder;
import dev.lethe.run.store.RunManifest;
import dev.lethe.run.store.RunStore;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.select.Selection;
import dev.lethe.train.Arithmetic;
import dev.lethe.train.checkpoint.RunIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/** Trains one run of a store, or goes on with it. */
final class RunTrainer {
    private final RunStore store;
    private final RunSpec spec;

    RunTrainer(RunStore store, RunSpec spec) {
        this.store = store;
        this.spec = spec;
    }

    /**
     * Trains what is left of the run.
     *
     * @param memory told how many bytes the run holds, once that is known
     * @return the run, empty where it was not to proceed
     */
    Optional<FinishedRun> train(PlanListener.RunNotice notice, PlanListener listener,
            TrackedTraining.Proceed proceed, LongConsumer memory) throws IOException {
        RunStore.TrainingSet set = store.trainingSet(spec); // before anything is written: it may refuse
        DataSet data = set.data();
        set.selection().filter(kept -> !kept.emptyClasses().isEmpty())
                .ifPresent(kept -> listener.noticed(emptyClasses(kept, data)));
        Path run = store.folder(spec);
        RunFolder.make(run);
        try (FolderLock _ = RunFolder.lock(run)) {
            Optional<FinishedRun> finished = store.finished(spec); // by another process, in the meantime
            return finished.isPresent() ? finished : trainLocked(data, run, notice, listener, proceed, memory);
        }
    }

    private Optional<FinishedRun> trainLocked(DataSet data, Path run, PlanListener.RunNotice notice,
            PlanListener listener, TrackedTraining.Proceed proceed, LongConsumer memory) throws IOException {
        try (Backend backend = Backends.open(spec.settings().backend(), spec.settings().threads());
                RunnableProcedure procedure = RunnableProcedure.of(spec, store, backend, data, run)) {
            memory.accept(procedure.memory());
            Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
            String config = RunFolder.claim(run,
                    RunConfiguration.of(store.describe(spec), fingerprint, backend.info(), procedure.trainer()), true);
            RunIdentity identity = new RunIdentity(spec.settings().model(), spec.settings().training().seed(),
                    Sha256.ofText(config), fingerprint);
            boolean ended;
            try (PlanListener.RunListener watcher = listener.runStarted(notice)) {
                ended = procedure.run(identity, watcher, proceed);
            }
            if (!ended) {
                return Optional.empty();
            }
            RunManifest.write(run, spec.label(), store.key(spec).hex(), spec.epochs(),
                    Provenance.of(fingerprint, backend.info(), procedure.trainer()));
            return store.finished(spec);
        }
    }

    private String emptyClasses(Selection kept, DataSet data) {
        return "run '" + spec.label() + "' has no training image left of class "
                + kept.emptyClasses().stream().map(data.classNames()::get).collect(Collectors.joining(", "))
                + ": --class-floor keeps some of each";
    }

    /** A run that goes on computes convolutions as it began, also where others are faster now. */
    static Arithmetic arithmetic(Arithmetic wanted, Path run) throws IOException {
        Path config = run.resolve(RunFolder.CONFIGURATION);
        boolean recorded = wanted.convolutions().equals(ConvolutionChoice.FASTEST) && Files.exists(config);
        return recorded ? wanted.withConvolutions(new ConfigFile(Json.read(config)).convolutions()) : wanted;
    }
}
