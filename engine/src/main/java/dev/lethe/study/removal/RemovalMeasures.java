package dev.lethe.study.removal;

import dev.lethe.run.Removal;
import dev.lethe.run.RunSpec;
import dev.lethe.study.StudyContext;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.tracker.select.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What came out of runs on a part of the examples. */
final class RemovalMeasures {
    private static final double POINTS = 100;

    private final StudyContext context;
    private final RemovalOptions options;

    RemovalMeasures(StudyContext context, RemovalOptions options) {
        this.context = context;
        this.options = options;
    }

    AccuracyPoint accuracy(List<RunSpec> runs) throws IOException {
        double[] accuracies = new double[runs.size()];
        for (int i = 0; i < accuracies.length; i++) {
            accuracies[i] = context.accuracy(runs.get(i));
        }
        return AccuracyPoint.of(accuracies);
    }

    /** Accuracy by share. */
    RemovalResults.Arm arm(RemovalArm arm, AccuracyPoint none) throws IOException {
        int examples = context.data().train().examples();
        List<RemovalResults.Point> points = new ArrayList<>();
        for (double share : options.shares()) {
            List<RunSpec> runs = arm.specs(context.settings(), options, share);
            AccuracyPoint accuracy = accuracy(runs);
            Removal removal = runs.getFirst().changes().removal().orElseThrow();
            points.add(new RemovalResults.Point(share,
                    examples - removal.count(examples, context.settings().run().training().batch()), accuracy,
                    POINTS * (none.mean() - accuracy.mean())));
        }
        return new RemovalResults.Arm(arm.name(), arm.rule().toString(), arm.ranker(), points);
    }

    /** Accuracy without a block, and how often the block was forgotten by the runs that rank. */
    RemovalResults.Block block(RemovalArm arm, double share, RunAggregate ranking) throws IOException {
        List<RunSpec> runs = arm.specs(context.settings(), options, share);
        double events = 0;
        double never = 0;
        int removed = 0;
        for (RunSpec run : runs) { // which differ in how they break ties
            Selection selection = context.store().selection(run).orElseThrow();
            BitSet gone = new BitSet();
            gone.set(0, selection.examples());
            for (int id : selection.kept()) {
                gone.clear(id);
            }
            removed = selection.removed();
            events += gone.stream().mapToDouble(ranking::forgettingEvents).sum() / removed / ranking.runs();
            never += gone.stream().mapToDouble(ranking::neverLearnedRuns).sum() / removed / ranking.runs();
        }
        int last = ranking.examples() - removed; // a block that would go beyond the hardest ends with it
        int from = (int) Math.min(Math.round(((RemovalRule.Block) arm.rule()).start() * ranking.examples()), last);
        return new RemovalResults.Block(from, removed, events / runs.size(), never / runs.size(), accuracy(runs));
    }
}
