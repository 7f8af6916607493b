package dev.lethe.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The runs of a study, each once, and before each run those that it depends on.
 *
 * @param runs runs in the order in which they are begun
 */
public record RunPlan(List<RunSpec> runs) {
    /** Keeps copies that do not change. */
    public RunPlan {
        runs = List.copyOf(runs);
    }

    /** Makes a plan of runs and of the runs that they depend on. */
    public static RunPlan of(Collection<RunSpec> wanted) {
        Set<RunSpec> ordered = new LinkedHashSet<>();
        wanted.forEach(run -> add(run, ordered));
        return new RunPlan(new ArrayList<>(ordered));
    }

    private static void add(RunSpec run, Set<RunSpec> ordered) {
        run.dependencies().forEach(dependency -> add(dependency, ordered));
        ordered.add(run);
    }
}
