package dev.lethe.study;

import dev.lethe.data.DataSet;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.RunStore;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a study concludes from.
 *
 * @param settings of its runs
 * @param store of runs, which also reads data sets
 * @param runs that it asked for, finished
 */
public record StudyContext(StudySettings settings, RunStore store, FinishedRuns runs) {
    /** The same for other settings, whose runs are in the plan too. */
    public StudyContext with(StudySettings other) {
        return new StudyContext(other, store, runs);
    }

    /** The training set that runs over all examples see. */
    public DataSet data() throws IOException {
        return store.trainingSet(settings.spec(1)).data();
    }

    /** The runs of all seeds. */
    public List<FinishedRun> seeds() {
        return runs.get(settings.specs());
    }

    /** The scores of runs. */
    public List<RunScores> scores(Collection<RunSpec> specs) throws IOException {
        List<RunScores> scores = new ArrayList<>();
        for (RunSpec spec : specs) {
            scores.add(runs.get(spec).scores());
        }
        return scores;
    }

    /** Test accuracy of a run after its last epoch. */
    public double accuracy(RunSpec spec) throws IOException {
        return runs.get(spec).epochs().getLast().testAccuracy();
    }
}
