package dev.lethe.study.removal;

import dev.lethe.run.RankingSource;
import dev.lethe.run.Removal;
import dev.lethe.run.RunSpec;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudySettings;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A way to remove examples: a rule, and the scores that it looks at. With a share and a seed it makes a run. */
final class RemovalArm {
    private final String name;
    private final RemovalRule rule;
    private final RankingSource ranking;

    private RemovalArm(String name, RemovalRule rule, RankingSource ranking) {
        this.name = name;
        this.rule = rule;
        this.ranking = rule.needsScores() ? ranking : RankingSource.NONE;
    }

    /** Makes an arm that removes by the scores of runs, as far as the rule looks at any. */
    static RemovalArm rankedByRuns(String name, RemovalRule rule, List<RunSpec> runs) {
        return new RemovalArm(name, rule, new RankingSource.Runs(runs));
    }

    /** Makes an arm that removes by scores that are there already, as far as the rule looks at any. */
    static RemovalArm rankedBy(String name, RemovalRule rule, RankingSource.Imported scores) {
        return new RemovalArm(name, rule, scores);
    }

    /** Makes the control: an arm that removes any examples. */
    static RemovalArm random() {
        return new RemovalArm(RemovalRule.RANDOM.text(), RemovalRule.RANDOM, RankingSource.NONE);
    }

    /** Returns the runs of all arms with all shares removed. */
    static List<RunSpec> specs(List<RemovalArm> arms, StudySettings settings, RemovalOptions options) {
        return arms.stream().flatMap(arm -> options.shares().stream()
                .flatMap(share -> arm.specs(settings, options, share).stream())).toList();
    }

    /** Returns the runs of all seeds with a share removed. */
    List<RunSpec> specs(StudySettings settings, RemovalOptions options, double share) {
        return LongStream.rangeClosed(1, settings.seeds()).mapToObj(seed -> spec(settings, options, share, seed))
                .toList();
    }

    private RunSpec spec(StudySettings settings, RemovalOptions options, double share, long seed) {
        RunSpec whole = settings.spec(seed);
        RunSpec trained = options.protocol() == RemovalOptions.Protocol.ITERATIONS
                ? new RunSpec(whole.settings().withTraining(whole.settings().training().stretched(1 / (1 - share))),
                        whole.changes(), whole.procedure())
                : whole;
        return trained.with(whole.changes().with(removal(options, share, seed)));
    }

    private Removal removal(RemovalOptions options, double share, long seed) {
        return new Removal(rule, share, options.classFloor(), seed, ranking);
    }

    /** Reads the accuracies of all arms with all shares removed. */
    static List<RemovalResults.Arm> measure(List<RemovalArm> arms, StudyContext context, RemovalOptions options,
            RemovalResults.Accuracy none) throws IOException {
        List<RemovalResults.Arm> measured = new ArrayList<>();
        for (RemovalArm arm : arms) {
            measured.add(arm.measure(context, options, none));
        }
        return measured;
    }

    private RemovalResults.Arm measure(StudyContext context, RemovalOptions options, RemovalResults.Accuracy none)
            throws IOException {
        int examples = context.data().train().examples();
        int batch = context.settings().run().training().batch();
        List<RemovalResults.Point> points = new ArrayList<>();
        for (double share : options.shares()) {
            int kept = examples - removal(options, share, 1).count(examples, batch);
            points.add(RemovalResults.Point.of(share, kept,
                    accuracy(context, specs(context.settings(), options, share)), none));
        }
        return new RemovalResults.Arm(name, rule.text(), rankedBy(), points);
    }

    /** Reads the test accuracies of runs. */
    static RemovalResults.Accuracy accuracy(StudyContext context, List<RunSpec> runs) throws IOException {
        double[] accuracies = new double[runs.size()];
        for (int i = 0; i < accuracies.length; i++) {
            accuracies[i] = context.accuracy(runs.get(i));
        }
        return RemovalResults.Accuracy.of(accuracies);
    }

    /** Returns the model whose runs rank, or the name of the scores that do; null where the rule looks at no scores. */
    private @Nullable String rankedBy() {
        return switch (ranking) {
            case RankingSource.None _ -> null;
            case RankingSource.Runs(List<RunSpec> runs) -> runs.getFirst().settings().model();
            case RankingSource.Imported imported -> imported.name();
        };
    }
}
