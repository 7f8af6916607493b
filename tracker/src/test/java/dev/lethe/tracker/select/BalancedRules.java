package dev.lethe.tracker.select;

import dev.lethe.tracker.score.Score;
import java.util.List;

/** A provider of {@link Balanced}, which the class path of the tests has. */
// @start region="ruleProvider"
public final class BalancedRules implements RemovalRuleProvider {
    @Override
    public String name() {
        return "balanced";
    }

    @Override
    public String form() {
        return "balanced:SCORE";
    }

    @Override
    public RemovalRule rule(List<String> arguments) {
        if (arguments.size() != 1) {
            throw new IllegalArgumentException("balanced" + arguments + ": name one score, as in balanced:el2n");
        }
        return new Balanced(Score.parse(arguments.getFirst()));
    }
}
// @end
