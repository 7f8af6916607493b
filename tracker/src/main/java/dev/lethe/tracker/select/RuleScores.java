package dev.lethe.tracker.select;

import dev.lethe.tracker.rank.Direction;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.rank.TieBreak;
import dev.lethe.tracker.score.KnownScore;
import dev.lethe.tracker.score.Score;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The scores by which rules order examples, and the names that rules have for them. The names are parts of the keys of
 * finished runs, and never change.
 */
final class RuleScores {
    private static final Map<String, KnownScore> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("forgetting", Score.NEVER_LEARNED_LAST);
        KNOWN.put("margin", Score.MARGIN);
        for (KnownScore score : List.of(Score.EL2N, Score.CONFIDENCE, Score.LOSS, Score.VARIABILITY,
                Score.CORRECTNESS)) {
            KNOWN.put(score.text(), score);
        }
    }

    static final List<String> NAMES = List.copyOf(KNOWN.keySet());

    private RuleScores() {}

    /** Returns the score that a rule's text names. */
    static Score parse(String text) {
        Score score = KNOWN.get(text);
        return score != null
                ? score
                : require(Score.named(text).orElseThrow(() -> new IllegalArgumentException(
                        "unknown score '" + text + "': choose " + choices())));
    }

    /** Refuses a score that does not order all examples, or that has not a name of its own. */
    static Score require(Score score) {
        if (score instanceof KnownScore && !KNOWN.containsValue(score)) {
            throw new IllegalArgumentException("score '" + score.title() + "' does not order all examples, or has "
                    + "those that were never learned among the easy ones: choose " + choices());
        }
        Score.requireOwnName(score);
        return score;
    }

    private static String choices() {
        return Stream.concat(NAMES.stream(), Score.provided().stream().map(Score::text))
                .collect(Collectors.joining(", "));
    }

    /** Returns the name of a score in the texts of rules. */
    static String text(Score score) {
        return score == Score.NEVER_LEARNED_LAST ? "forgetting" : score == Score.MARGIN ? "margin" : score.text();
    }

    static int[] easiestFirst(Examples examples, DifficultyScores scores, Score by) {
        return ranking(examples, scores, by, Direction.ASCENDING);
    }

    static int[] hardestFirst(Examples examples, DifficultyScores scores, Score by) {
        return ranking(examples, scores, by, Direction.DESCENDING);
    }

    private static int[] ranking(Examples examples, DifficultyScores scores, Score by, Direction direction) {
        double[] values = scores.of(by);
        if (values.length != examples.count()) {
            throw new IllegalArgumentException("scores=" + values.length + " for examples=" + examples.count()
                    + ": rank by scores of the same data set");
        }
        return Ranking.byScore(values, direction, TieBreak.seeded(examples.seed())).order();
    }
}
