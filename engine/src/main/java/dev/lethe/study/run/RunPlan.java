package dev.lethe.study.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The runs of a study, each once, and before each run those that it depends on.
 *
 * @param runs in the order in which they are begun
 */
public record RunPlan(List<RunSpec> runs) {
    public RunPlan {
        runs = List.copyOf(runs);
    }

    /** A plan of these runs and all that they depend on. */
    public static RunPlan of(Collection<RunSpec> wanted) {
        Set<RunSpec> ordered = new LinkedHashSet<>();
        wanted.forEach(run -> add(run, ordered));
        return new RunPlan(new ArrayList<>(ordered));
    }

    private static void add(RunSpec run, Set<RunSpec> ordered) {
        run.dependencies().forEach(dependency -> add(dependency, ordered));
        ordered.add(run);
    }

    /** How far a run is. */
    public enum State {
        FINISHED, BEGUN, NEW
    }

    /**
     * How a run of the plan stands.
     *
     * @param run which
     * @param folder of it
     * @param state how far it is
     * @param epochsDone that a checkpoint may have
     */
    public record Standing(RunSpec run, Path folder, State state, int epochsDone) {}

    /** How every run stands, in order; nothing is changed. */
    public List<Standing> standings(RunStore store) throws IOException {
        List<Standing> standings = new ArrayList<>();
        for (RunSpec run : runs) {
            Path folder = store.folder(run);
            int epochs = MetricsCsv.wholeRows(folder.resolve(RunFolder.METRICS)).size();
            State state = store.finished(run).isPresent() ? State.FINISHED : epochs > 0 ? State.BEGUN : State.NEW;
            standings.add(new Standing(run, folder, state, epochs));
        }
        return standings;
    }
}
