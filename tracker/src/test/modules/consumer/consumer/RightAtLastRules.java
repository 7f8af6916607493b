package consumer;

import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.Examples;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.tracker.select.RemovalRuleProvider;
import java.util.List;

/** A provider of a rule of this module, which removes what was right in the last epoch. */
public final class RightAtLastRules implements RemovalRuleProvider {
    @Override
    public String name() {
        return "right_at_last";
    }

    @Override
    public RemovalRule rule(List<String> arguments) {
        return new Rule(RemovalRule.easiest(new RightAtLast()));
    }

    /** The rule. */
    private record Rule(RemovalRule easiest) implements RemovalRule {
        @Override
        public String text() {
            return "right_at_last";
        }

        @Override
        public List<Score> scores() {
            return easiest.scores();
        }

        @Override
        public int[] order(Examples examples, DifficultyScores scores, int remove) {
            return easiest.order(examples, scores, remove);
        }
    }
}
