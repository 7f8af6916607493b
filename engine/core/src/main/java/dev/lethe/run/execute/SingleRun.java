package dev.lethe.run.execute;

import dev.lethe.run.PlanListener;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.OutputFolder;
import dev.lethe.run.store.RunFolder;
import dev.lethe.run.store.RunStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plan of one run with a folder of its own: {@code lethe train}. */
public final class SingleRun {
    /** Name in {@code study.json} and on the command line. */
    public static final String NAME = "train";
    private static final String RUNS = "runs";

    private final RunSpec spec;
    private final Path out;
    private final ExecutionOptions options;
    private final PlanListener listener;

    /**
     * Makes a plan of one run.
     *
     * @param out folder that receives {@code study.json} and the run's folder in {@code runs}
     */
    public SingleRun(RunSpec spec, Path out, ExecutionOptions options, PlanListener listener) {
        this.spec = spec;
        this.out = out;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Trains the run, or what is left of it.
     *
     * @param resume whether to continue a run that is there; without it, such a run is an error
     * @return the finished run; empty if it was finished before and nothing was left to train
     * @throws RunException when the folder cannot be used, or the run does not fit in memory
     * @throws IllegalArgumentException when the network cannot be trained on the data with these settings
     * @throws dev.lethe.train.NonFiniteLossException when the run diverges; committed epochs are kept
     */
    public Optional<FinishedRun> train(boolean resume) throws IOException {
        Path runs = out.resolve(RUNS);
        OutputFolder.requireApart(out, runs, spec.settings());
        RunStore store = new RunStore(runs, listener);
        RunPlan plan = RunPlan.of(List.of(spec));
        new PlanCheck(store, spec.settings(), options.memory()).require(plan);
        OutputFolder.claim(out, identity(store), runs);
        refuseEarlierForm(runs);
        if (!resume) {
            requireNew(store.folder(spec));
        }
        Optional<FinishedRun> finished = store.finished(spec);
        if (finished.isPresent()) {
            finished.get().verify();
            return Optional.empty();
        }
        return Optional.of(new PlanExecutor(store, options, listener).execute(plan).get(spec));
    }

    private Map<String, Object> identity(RunStore store) throws IOException {
        Map<String, Object> identity = new LinkedHashMap<>(Map.of("study", NAME));
        identity.putAll(spec.settings().asMap());
        identity.putAll(store.fingerprints(spec.settings()));
        identity.putAll(spec.procedure().asMap());
        return identity;
    }

    private static void requireNew(Path run) throws IOException {
        if (!Files.isDirectory(run)) {
            return;
        }
        Optional<Closeable> lock = RunFolder.tryLock(run);
        if (lock.isEmpty()) {
            throw new RunException(
                    "folder " + run + " is in use: another process trains the run, wait until it has ended");
        }
        try (Closeable _ = lock.get()) {
            if (RunFolder.hasBegun(run)) {
                throw new RunException("folder " + run + " holds a run already: resume it, or "
                        + "choose another output folder");
            }
        }
    }

    /** Refuses a folder of the form that runs of {@code lethe train} had before they were runs of a plan. */
    private void refuseEarlierForm(Path runs) {
        Path earlier = runs.resolve("seed-" + spec.settings().training().seed());
        if (RunFolder.hasBegun(earlier)) {
            throw new RunException("folder " + earlier + " holds a run of an earlier version of Lethe, which can be "
                    + "tested (lethe eval " + earlier + ") and whose history can be read, but not be continued: choose "
                    + "another output folder");
        }
    }
}
