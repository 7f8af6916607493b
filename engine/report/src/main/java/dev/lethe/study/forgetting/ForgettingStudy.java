package dev.lethe.study.forgetting;

import dev.lethe.data.DataSet;
import dev.lethe.data.ExampleTables;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.WeightedMeans;
import dev.lethe.study.Claim;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import dev.lethe.study.noise.LabelSuspicion;
import dev.lethe.study.noise.Suspects;
import dev.lethe.tracker.interchange.ScoreTable;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Study of the training examples that a network never forgets: it is trained with several seeds, and every presentation
 * tracked. Toneva et al., ICLR 2019, section 4.
 */
public final class ForgettingStudy implements Study {
    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("forgetting",
            "Which training examples are learned and never forgotten? Trains with several seeds, tracks every "
                    + "presentation, and shows shares by class, images, and suspected label errors.",
            List.of(), _ -> new ForgettingStudy());

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        return settings.specs();
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        DataSet data = context.data();
        List<ReportedRun> runs = new ArrayList<>();
        List<ForgettingResults.Seed> seeds = new ArrayList<>();
        List<WeightedMeans> weighted = new ArrayList<>();
        for (FinishedRun run : context.seeds()) {
            RunScores scores = run.scores();
            List<EpochMetrics> epochs = run.epochs();
            long seed = run.spec().settings().training().seed();
            runs.add(new ReportedRun(seed, epochs, scores, run.predictions()));
            seeds.add(summary(seed, scores, epochs));
            weighted.add(run.weightedMeans());
        }
        RunAggregate aggregate = RunAggregate.of(runs.stream().map(ReportedRun::scores).toList());
        ForgettingResults results = results(context, data, aggregate, seeds,
                CorrelationCoefficient.PEARSON.meanOfPairs(
                        runs.stream().map(run -> run.scores().forgetting()).toList(), NeverLearned.SEPARATE));
        ReportedRuns reported = new ReportedRuns(data, aggregate, runs,
                LabelSuspicion.ofSuspects(weighted));
        return new StudyOutcome("Forgetting study: " + results.data() + ", " + results.model(), results,
                ForgettingReport.finding(reported),
                ForgettingTable.lines(results),
                ForgettingFacts.of(results), claims(results), ForgettingReport.sections(reported), Map.of("scores.csv",
                        file -> ExampleTables.named(ScoreTable.of(aggregate), data).writeCsv(file), "suspects.csv",
                        new Suspects(data, context, new BitSet())::write));
    }

    private static ForgettingResults.Seed summary(long seed, RunScores scores, List<EpochMetrics> epochs) {
        int examples = scores.examples();
        double seconds = epochs.stream().mapToDouble(EpochMetrics::trainSeconds).sum();
        return new ForgettingResults.Seed(seed, (double) scores.forgetting().unforgettableCount() / examples,
                scores.forgetting().meanForgettingEvents(), scores.forgetting().neverLearnedCount(),
                epochs.getLast().testAccuracy(), (double) examples * epochs.size() / seconds, seconds,
                epochs.stream().mapToDouble(EpochMetrics::trackerSeconds).sum());
    }

    private static ForgettingResults results(StudyContext context, DataSet data, RunAggregate aggregate,
            List<ForgettingResults.Seed> seeds, double pearson)
            throws IOException {
        StudySettings settings = context.settings();
        return new ForgettingResults(TYPE.name(), context.dataName(), settings.run().model(), settings.run().backend(),
                data.train().examples(), settings.run().training().epochs(), settings.seeds(),
                (double) aggregate.unforgettableCount() / aggregate.examples(),
                seeds.stream().mapToDouble(ForgettingResults.Seed::meanEvents).average().orElseThrow(),
                pearson, seeds, paper(settings));
    }

    /** Returns the paper's figures; null where it has none for these data. */
    private static ForgettingResults.@Nullable Paper paper(StudySettings settings) {
        boolean asPublished = settings.run().data().isPublished()
                && settings.changes().labelNoise().isEmpty() && settings.changes().pixelNoise().isEmpty();
        return asPublished ? ForgettingResults.Paper.of(settings.run().data().name()).orElse(null) : null;
    }

    private static List<Claim> claims(ForgettingResults results) {
        return Optional.ofNullable(results.paper()).map(paper -> ForgettingClaims.of(results, paper))
                .orElse(List.of());
    }
}
