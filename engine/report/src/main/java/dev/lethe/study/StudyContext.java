package dev.lethe.study;

import dev.lethe.data.DataSet;
import dev.lethe.data.NamedDataSet;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.RunStore;
import dev.lethe.run.store.WeightedMeans;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The finished runs that a study draws conclusions from.
 *
 * @param settings settings of the runs
 * @param store folder of the runs, which also reads data sets
 * @param runs the finished runs of the plan
 */
public record StudyContext(StudySettings settings, RunStore store, FinishedRuns runs) {
    private static final String OWN = " (own)";

    /** Returns the context of other settings, whose runs are in the plan too. */
    public StudyContext with(StudySettings other) {
        return new StudyContext(other, store, runs);
    }

    /** Reads the training set that runs over all examples see. */
    public DataSet data() throws IOException {
        return store.trainingSet(settings.spec(1)).data();
    }

    /**
     * Returns the name of the data set in results and reports. Data of one's own that are called as a published data
     * set are told apart from it, because figures of the paper are looked up by that name.
     */
    public String dataName() throws IOException {
        String name = data().name();
        return settings.run().data().isPublished() || NamedDataSet.of(name).isEmpty() ? name : name + OWN;
    }

    /** Returns the networks that the study is about. */
    public StudySubject subject() throws IOException {
        return new StudySubject(dataName(), settings.run().model(), settings.run().training().epochs(),
                settings.seeds());
    }

    /** Returns the runs of all seeds. */
    public List<FinishedRun> seeds() {
        return runs.get(settings.specs());
    }

    /** Computes the scores of runs. */
    public List<RunScores> scores(Collection<RunSpec> specs) throws IOException {
        List<RunScores> scores = new ArrayList<>();
        for (RunSpec spec : specs) {
            scores.add(runs.get(spec).scores());
        }
        return scores;
    }

    /** Computes the forgetting events of runs. */
    public List<ForgettingScores> forgetting(Collection<RunSpec> specs) throws IOException {
        return scores(specs).stream().map(RunScores::forgetting).toList();
    }

    /** Reads the weighted means of the runs of all seeds. */
    public List<WeightedMeans> weightedMeans() throws IOException {
        List<WeightedMeans> means = new ArrayList<>();
        for (FinishedRun run : seeds()) {
            means.add(run.weightedMeans());
        }
        return means;
    }

    /** Reads the test accuracy of a run after its last epoch. */
    public double accuracy(RunSpec spec) throws IOException {
        return runs.get(spec).epochs().getLast().testAccuracy();
    }

    /** Reads the test accuracies of runs after their last epochs. */
    public double[] accuracies(List<RunSpec> specs) throws IOException {
        double[] accuracies = new double[specs.size()];
        for (int i = 0; i < accuracies.length; i++) {
            accuracies[i] = accuracy(specs.get(i));
        }
        return accuracies;
    }
}
