package dev.lethe.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Direction of a score: which of its values belong to hard examples. */
public enum RankingOrder {
    /** The larger the value, the harder the example. */
    HARD_FIRST,
    /** The larger the value, the easier the example. */
    EASY_FIRST;

    /** Texts of both, with what they mean, for messages. */
    static final String CHOICES = "hard-first (the larger, the harder) or easy-first (the larger, the easier)";

    private static final Set<String> HARD = Set.of("forgetting_events", "forgetting", "never_learned_runs",
            "first_learned", "el2n", "mean_el2n", "grand", "mean_grand", "loss", "mean_loss", "variability");
    private static final Set<String> EASY = Set.of("margin", "mean_margin", "aum", "confidence", "mean_confidence",
            "self_confidence", "normalized_margin", "weighted_margin", "weighted_confidence", "label_quality",
            "correctness");

    /**
     * Returns the direction of a score by its name, whatever its case and with spaces or hyphens for underscores; empty
     * for names that are not known.
     */
    static Optional<RankingOrder> ofColumn(String name) {
        String known = normalized(name);
        return HARD.contains(known)
                ? Optional.of(HARD_FIRST)
                : EASY.contains(known) ? Optional.of(EASY_FIRST) : Optional.empty();
    }

    /** Returns a column's name in the form that names are compared in: {@code Mean margin} is {@code mean_margin}. */
    static String normalized(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[ -]", "_");
    }

    /** Returns the scores so that the larger, the harder; the array itself may be changed. */
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
