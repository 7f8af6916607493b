package dev.lethe.run.execute;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backends;
import dev.lethe.model.NetworkTable;
import dev.lethe.run.InitialWeights;
import dev.lethe.run.Procedure;
import dev.lethe.run.Removal;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.TrainingSetChanges;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.RunStore;
import dev.lethe.train.TrainingConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Check of all runs of a plan against their data sets. It refuses at once the faults that a run would meet only after
 * the runs that it depends on have been trained.
 */
public final class PlanCheck {
    private final RunStore store;
    private final RunSettings main;
    private final MemoryBudget memory;
    /** Numbers of examples of each class in the data set, which all runs share, by the changes of its labels. */
    private final Map<TrainingSetChanges, int[]> classes = new HashMap<>();

    /** Makes a check against the memory of this machine. */
    public PlanCheck(RunStore store, RunSettings main) {
        this(store, main, MemoryBudget.host());
    }

    /**
     * Makes a check.
     *
     * @param main settings of the study; messages about other runs begin with their label
     * @param memory memory that runs may take
     */
    public PlanCheck(RunStore store, RunSettings main, MemoryBudget memory) {
        this.memory = memory;
        this.store = store;
        this.main = main;
    }

    /**
     * Checks a plan.
     *
     * @throws IllegalArgumentException when a run cannot be trained on its data
     * @throws dev.lethe.data.DataSetException when labels cannot be made wrong as asked
     */
    public void require(RunPlan plan) throws IOException {
        for (RunSpec run : plan.runs()) {
            try {
                require(run, store.data(run.settings()));
            } catch (IllegalArgumentException e) {
                throw isPlain(run)
                        ? e
                        : new IllegalArgumentException("run '" + run.label() + "': " + e.getMessage()
                                + (run.settings().network().equals(main.network())
                                        ? ""
                                        : " (its recipe is fixed: if it is that, choose another network)"),
                                e);
            }
        }
    }

    private boolean isPlain(RunSpec run) {
        return run.settings().withSeed(0).equals(main.withSeed(0)) && run.changes().removal().isEmpty()
                && run.procedure().equals(Procedure.TRACKED);
    }

    private void require(RunSpec run, DataSet data) throws IOException {
        RunSettings settings = run.settings();
        boolean left = store.finished(run).isEmpty(); // a finished run may come from a larger machine
        boolean many = settings.threads() > Runtime.getRuntime().availableProcessors();
        if (many && left) {
            Backends.requireThreads(settings.threads());
        }
        NetworkTable.of(settings.createNetwork(data.classes()), data.train().shape().withFirst(1));
        int[] perClass = classes.computeIfAbsent(run.changes().labelsOnly(),
                labels -> perClass(labels.withNoise(data)));
        int examples = data.train().examples();
        if (left) {
            MemoryEstimate.requireFits(run, data, memory);
        }
        switch (run.procedure()) {
            case Procedure.Alternating tasks -> requireTasks(tasks, data, settings.training());
            case Procedure.Tracked _,Procedure.ShuffledUpdates _ -> {
                if (left) {
                    requireWeights(run, data);
                }
                int trained = run.changes().removal()
                        .map(removal -> kept(removal, perClass, examples, settings.training().batch()))
                        .orElse(examples);
                settings.training().requireFits(data.train().shape().withFirst(trained));
            }
        }
    }

    private void requireWeights(RunSpec run, DataSet data) throws IOException {
        if (run.procedure() instanceof Procedure.Tracked tracked
                && tracked.weights() instanceof InitialWeights.Saved saved) {
            String prefix = saved.read(run.settings().createNetwork(data.classes()), data.train().shape().withFirst(1))
                    .prefix();
            if (!prefix.isEmpty()) {
                store.notice(
                        "weights " + saved.file() + ": '" + prefix + "' at the beginning of all names is left out");
            }
        }
    }

    private static int[] perClass(DataSet data) {
        int[] counts = new int[data.classes()];
        for (int id = 0; id < data.train().examples(); id++) {
            counts[data.train().label(id)]++;
        }
        return counts;
    }

    private static int kept(Removal removal, int[] perClass, int examples, int batch) {
        int removed = removal.count(examples, batch);
        int kept = examples - removed;
        if (removed < 1) {
            throw new IllegalArgumentException("share to remove=" + removal.share() + " removes none of the " + examples
                    + " images: remove more");
        }
        if (kept < batch) {
            throw new IllegalArgumentException("share to remove=" + removal.share() + " leaves "
                    + (kept == 0
                            ? "none of the " + examples + " images"
                            : kept + " of the " + examples + " images, less than a batch of " + batch)
                    + ": remove fewer");
        }
        long staying = 0;
        for (int count : perClass) {
            staying += Math.min(count, removal.classFloor());
        }
        if (staying > kept) {
            throw new IllegalArgumentException("classFloor=" + removal.classFloor() + " keeps at least " + staying
                    + " images, more than the " + kept + " that are to be left: choose a lower floor, or remove fewer");
        }
        return kept;
    }

    private static void requireTasks(Procedure.Alternating tasks, DataSet data, TrainingConfig config) {
        int examples = data.train().examples();
        if (tasks.examples() > examples / 2) {
            throw new IllegalArgumentException("two tasks of " + tasks.examples() + " images do not fit in the "
                    + examples + " of " + data.name() + ": choose " + examples / 2 + " or fewer for a task");
        }
        double times = (double) tasks.epochs(config.epochs()) / config.epochs();
        config.stretched(times).requireFits(data.train().shape().withFirst(tasks.examples()));
    }
}
