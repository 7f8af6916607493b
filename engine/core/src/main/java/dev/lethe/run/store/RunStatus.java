package dev.lethe.run.store;

import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Progress of a run of a plan, as its folder shows it.
 *
 * @param run the run
 * @param folder of the run; it need not exist
 * @param state how far the run is
 * @param epochsDone epochs that its {@code metrics.csv} has
 */
public record RunStatus(RunSpec run, Path folder, State state, int epochsDone) {
    /** Stages of a run. */
    public enum State {
        /** The run is whole in its folder. */
        FINISHED,
        /** Some of its epochs are done. */
        BEGUN,
        /** No epoch is done. */
        NEW
    }

    /** Returns the status of every run of a plan, in order; nothing is changed. */
    public static List<RunStatus> of(RunPlan plan, RunStore store) throws IOException {
        List<RunStatus> statuses = new ArrayList<>();
        for (RunSpec run : plan.runs()) {
            Path folder = store.folder(run);
            int epochs = MetricsCsv.wholeRows(folder.resolve(RunFolder.METRICS)).size();
            State state = store.finished(run).isPresent() ? State.FINISHED : epochs > 0 ? State.BEGUN : State.NEW;
            statuses.add(new RunStatus(run, folder, state, epochs));
        }
        return statuses;
    }
}
