package dev.lethe.train;

import dev.lethe.model.NoDecay;
import java.util.Optional;
import java.util.Set;

/**
 * What may be done with gradients beside what the optimizer does.
 *
 * @param clipNorm the norm that all gradients together are scaled down to where theirs is larger, 0 for no limit
 * @param undecayed parameters without weight decay
 * @param averageDecay how much of the moving averages of parameters and running statistics stays in a step, in [0, 1);
 *        0 where there are none
 * @param lookahead that the optimizer's steps are part of; it cannot be had together with moving averages
 * @param parts that a batch is computed in, one after the other: gradients are those of the whole batch, normalisations
 *        see a part
 */
public record UpdateOptions(float clipNorm, Set<NoDecay> undecayed, double averageDecay,
        Optional<Lookahead> lookahead, int parts) {
    /** Nothing of all that. */
    public static final UpdateOptions NONE = new UpdateOptions(0, Set.of(), 0, Optional.empty(), 1);

    public UpdateOptions {
        undecayed = Set.copyOf(undecayed);
        if (!(clipNorm >= 0) || Float.isInfinite(clipNorm)) {
            throw new IllegalArgumentException("clipNorm=" + clipNorm + ": it must be a number above 0, or 0 for no "
                    + "limit");
        }
        if (parts < 1) {
            throw new IllegalArgumentException("parts=" + parts + " of a batch: at least 1 is needed");
        }
        if (!(averageDecay >= 0 && averageDecay < 1)) {
            throw new IllegalArgumentException(
                    "averageDecay=" + averageDecay + ": it lies in [0, 1), as in 0.999, and 0 "
                            + "keeps no averages");
        }
        if (averageDecay > 0 && lookahead.isPresent()) {
            throw new IllegalArgumentException("averageDecay=" + averageDecay + " and lookahead=" + lookahead.get()
                    + ": both are averages of the weights, leave one of them out (lookahead: none)");
        }
    }

    /** Verifies that a batch can be divided into the parts. */
    void requireDivides(int batch) {
        if (batch % parts != 0) {
            throw new IllegalArgumentException("batch=" + batch + " cannot be computed in " + parts + " equal parts: "
                    + "choose a multiple of " + parts);
        }
    }

    /** The same with batches computed in another number of parts. */
    public UpdateOptions withParts(int other) {
        return new UpdateOptions(clipNorm, undecayed, averageDecay, lookahead, other);
    }

    /** The same with another limit. */
    public UpdateOptions withClipNorm(float other) {
        return new UpdateOptions(other, undecayed, averageDecay, lookahead, parts);
    }

    /** The same with other parameters left out of weight decay. */
    public UpdateOptions withUndecayed(Set<NoDecay> others) {
        return new UpdateOptions(clipNorm, others, averageDecay, lookahead, parts);
    }

    /** The same with moving averages, which evaluation then uses. */
    public UpdateOptions withAverageDecay(double other) {
        return new UpdateOptions(clipNorm, undecayed, other, lookahead, parts);
    }

    /** The same with slow weights. */
    public UpdateOptions withLookahead(Lookahead other) {
        return new UpdateOptions(clipNorm, undecayed, averageDecay, Optional.of(other), parts);
    }

    /** Whether moving averages are kept. */
    public boolean averaged() {
        return averageDecay > 0;
    }

    /** Whether every weight has an average: a moving one, or Lookahead's slow weight. */
    boolean keepsAverages() {
        return averaged() || lookahead.isPresent();
    }
}
