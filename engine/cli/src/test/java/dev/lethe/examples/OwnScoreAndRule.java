package dev.lethe.examples;

import dev.lethe.data.DataSet;
import dev.lethe.run.PlanListener;
import dev.lethe.run.store.RunStore;
import dev.lethe.study.Study;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudyRunner;
import dev.lethe.study.StudySettings;
import dev.lethe.study.removal.RemovalOptions;
import dev.lethe.study.removal.RemovalStudy;
import dev.lethe.tracker.History;
import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.Examples;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A score and a rule of one's own in a removal study. */
final class OwnScoreAndRule {
    private OwnScoreAndRule() {}

    // @start region="ownScoreInAStudy"
    record WrongStreak() implements Score { // the most epochs in succession in which an example was wrong
        @Override
        public String text() {
            return "wrong_streak";
        }

        @Override
        public boolean isHardWhereLarge() {
            return true;
        }

        @Override
        public double[] of(History history) {
            double[] longest = new double[history.examples()];
            for (int id = 0; id < longest.length; id++) {
                int streak = 0;
                for (int epoch = 1; epoch <= history.epochs(); epoch++) {
                    streak = history.correct(epoch, id) ? 0 : streak + 1;
                    longest[id] = Math.max(longest[id], streak);
                }
            }
            return longest;
        }
    }

    record BothEnds(Score by) implements RemovalRule { // removes the easiest and the hardest in turn
        @Override
        public String text() {
            return "both_ends:" + by.text();
        }

        @Override
        public List<Score> scores() {
            return List.of(by);
        }

        @Override
        public int[] order(Examples examples, DifficultyScores scores, int remove) {
            int[] easiest = Ranking.byScore(scores.of(by), Direction.ASCENDING, TieBreak.seeded(examples.seed()))
                    .order();
            int[] order = new int[easiest.length];
            for (int i = 0; i < order.length; i++) {
                order[i] = easiest[i % 2 == 0 ? i / 2 : order.length - 1 - i / 2];
            }
            return order;
        }
    }

    static StudyOutcome removal(DataSet data, Path folder) throws IOException {
        Score streak = new WrongStreak();
        Study study = new RemovalStudy(new RemovalOptions(List.of(0.5), 0, RemovalOptions.Protocol.EPOCHS),
                List.of(RemovalRule.hardest(streak), new BothEnds(streak), RemovalRule.RANDOM),
                new RemovalStudy.Blocks(List.of(), 0.1)); // no blocks
        RunStore store = new RunStore(folder.resolve("runs"), PlanListener.NONE);
        return new StudyRunner(study, StudySettings.of(OwnNetwork.settings(data), 1), store, PlanListener.NONE)
                .run(folder.resolve("removal"), 1, "the command that repeats it");
    }
    // @end
}
