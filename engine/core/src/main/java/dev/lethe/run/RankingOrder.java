package dev.lethe.run;

import dev.lethe.tracker.score.Score;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Direction of a score: which of its values belong to hard examples. */
public enum RankingOrder {
    /** The larger the value, the harder the example. */
    HARD_FIRST,
    /** The larger the value, the easier the example. */
    EASY_FIRST;

    /** Texts of both, with what they mean, for messages. */
    static final String CHOICES = "hard-first (the larger, the harder) or easy-first (the larger, the easier)";

    /**
     * Returns the direction of a score by its name, whatever its case and with spaces or hyphens for underscores; empty
     * for names that are not known.
     */
    static Optional<RankingOrder> ofColumn(String name) {
        return Score.named(name).map(score -> score.isHardWhereLarge() ? HARD_FIRST : EASY_FIRST);
    }

    /** Returns a column's name in the form that names are compared in: {@code Mean margin} is {@code mean_margin}. */
    static String normalized(String name) {
        return Score.normalized(name);
    }

    /** Returns the scores with large values for hard examples; the array itself may be changed. */
    double[] hardFirst(double[] scores) {
        if (this == EASY_FIRST) {
            Arrays.setAll(scores, id -> -scores[id]);
        }
        return scores;
    }

    /** Returns the text that {@link #parse} reads. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads the text of a direction.
     *
     * @throws IllegalArgumentException naming the choices
     */
    public static RankingOrder parse(String text) {
        return Arrays.stream(values()).filter(order -> order.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("ranking order '" + text + "': choose " + CHOICES));
    }
}
