package dev.lethe.tracker.score;

import dev.lethe.tracker.service.Providers;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The scores that there are: those that Lethe knows, and those that others provide. */
final class ScoreRegistry {
    /** All constants of {@link Score}, in the order of reports. */
    static final List<KnownScore> KNOWN = List.of(Score.COMBINED, Score.MARGIN, Score.EL2N, Score.CONFIDENCE,
            Score.LOSS, Score.NEVER_LEARNED_LAST, Score.FORGETTING_EVENTS, Score.NEVER_LEARNED_RUNS,
            Score.FIRST_LEARNED, Score.VARIABILITY, Score.WEIGHTED_MARGIN, Score.WEIGHTED_CONFIDENCE, Score.CORRECTNESS,
            Score.GRAND, Score.NORMALIZED_MARGIN, Score.LABEL_QUALITY);
    /** The scores by which wrong labels are looked for, in the order of reports. */
    static final List<KnownScore> OF_LABEL_ERRORS = List.of(Score.COMBINED, Score.MARGIN, Score.EL2N,
            Score.CONFIDENCE, Score.LOSS, Score.NEVER_LEARNED_LAST, Score.FORGETTING_EVENTS);

    private static final Providers<Score> PROVIDERS = new Providers<>("score", Score::text,
            name -> known(name).isPresent());
    /** Made once, so that a name always finds the same score; guarded by the class. */
    private static @Nullable List<Score> provided;

    private ScoreRegistry() {}

    static synchronized List<Score> provided() {
        if (provided == null) {
            provided = PROVIDERS.load(ServiceLoader.load(Score.class));
        }
        return provided;
    }

    /**
     * Refuses a score, other than those here, that has the name of one of these or none that can be written.
     *
     * @throws IllegalArgumentException
     *             naming the score
     */
    static void requireOwnName(Score score) {
        if (!(score instanceof KnownScore)) {
            PROVIDERS.requireOwnName(score);
        }
    }

    private static Optional<KnownScore> known(String normalized) {
        return KNOWN.stream().filter(score -> score.names().contains(normalized)).findFirst();
    }

    static Optional<Score> named(String normalized) {
        return Stream.concat(known(normalized).stream(),
                provided().stream().filter(score -> score.text().equals(normalized))).findFirst();
    }

    static Score parse(String name) {
        return named(Score.normalized(name))
                .filter(score -> !(score instanceof KnownScore known) || known.isComputedFromRuns())
                .orElseThrow(() -> new IllegalArgumentException("unknown score '" + name + "': choose " + choices()));
    }

    private static String choices() {
        return Stream.concat(KNOWN.stream().filter(KnownScore::isComputedFromRuns), provided().stream())
                .map(Score::text).collect(Collectors.joining(", "));
    }
}
