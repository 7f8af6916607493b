package dev.lethe.run.store;

import dev.lethe.run.RunSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The finished runs of a plan.
 *
 * @param bySpec each run by its spec
 */
public record FinishedRuns(Map<RunSpec, FinishedRun> bySpec) {
    /** Keeps copies that do not change. */
    public FinishedRuns {
        bySpec = Map.copyOf(bySpec);
    }

    /**
     * Returns one of them.
     *
     * @throws IllegalArgumentException when it was not planned
     */
    public FinishedRun get(RunSpec spec) {
        FinishedRun run = bySpec.get(spec);
        if (run == null) {
            throw new IllegalArgumentException("run '" + spec.label() + "' is not in the plan");
        }
        return run;
    }

    /** Returns several of them, in the order of the specs. */
    public List<FinishedRun> get(Collection<RunSpec> specs) {
        return specs.stream().map(this::get).toList();
    }
}
