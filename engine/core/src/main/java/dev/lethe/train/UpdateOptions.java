package dev.lethe.train;

import dev.lethe.model.DecayExemption;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of an update beside the optimizer: limits and averages of gradients and weights. Immutable; {@link #NONE} is
 * where others begin.
 */
public final class UpdateOptions {
    /** No limit of gradients, no averages of weights, weight decay for all parameters, batches in one part. */
    public static final UpdateOptions NONE = new UpdateOptions(new Values(0, Set.of(), 0, null, 1));

    private final Values values;

    private UpdateOptions(Values values) {
        this.values = values;
    }

    /**
     * Values of the options.
     *
     * @param lookahead Lookahead, or null for none
     */
    private record Values(float clipNorm, Set<DecayExemption> decayExemptions, double averageDecay,
            @Nullable Lookahead lookahead,
            int parts) {
        Values {
            decayExemptions = Set.copyOf(decayExemptions);
            if (!(clipNorm >= 0) || Float.isInfinite(clipNorm)) {
                throw new IllegalArgumentException("clipNorm=" + clipNorm + ": it must be a number above 0, or 0 for "
                        + "no limit");
            }
            if (parts < 1) {
                throw new IllegalArgumentException("parts=" + parts + " of a batch: at least 1 is needed");
            }
            if (!(averageDecay >= 0 && averageDecay < 1)) {
                throw new IllegalArgumentException("averageDecay=" + averageDecay
                        + ": it lies in [0, 1), as in 0.999, and 0 keeps no averages");
            }
            if (averageDecay > 0 && lookahead != null) {
                throw new IllegalArgumentException("averageDecay=" + averageDecay + " and lookahead=" + lookahead
                        + ": both are averages of the weights, leave one of them out (lookahead: none)");
            }
        }
    }

    /** Returns the largest norm of all gradients together, to which larger ones are scaled down; 0 for no limit. */
    public float clipNorm() {
        return values.clipNorm;
    }

    /** Returns the kinds of parameters without weight decay. */
    public Set<DecayExemption> decayExemptions() {
        return values.decayExemptions;
    }

    /**
     * Returns the share of the moving averages of parameters and running statistics that stays in a step, in [0, 1); 0
     * if none are kept.
     */
    public double averageDecay() {
        return values.averageDecay;
    }

    /** Returns the Lookahead around the optimizer's steps; it excludes moving averages. */
    public Optional<Lookahead> lookahead() {
        return Optional.ofNullable(values.lookahead);
    }

    /**
     * Returns the number of parts that a batch is computed in, one after the other: gradients are those of the whole
     * batch, normalisations see a part.
     */
    public int parts() {
        return values.parts;
    }

    /** Verifies that a batch can be divided into the parts. */
    void requireDivides(int batch) {
        if (batch % values.parts != 0) {
            throw new IllegalArgumentException("batch=" + batch + " cannot be computed in " + values.parts
                    + " equal parts: choose a multiple of " + values.parts);
        }
    }

    /** Returns options with batches computed in another number of parts. */
    public UpdateOptions withParts(int other) {
        return new UpdateOptions(
                new Values(values.clipNorm, values.decayExemptions, values.averageDecay, values.lookahead,
                        other));
    }

    /** Returns options with another limit of the gradients' norm. */
    public UpdateOptions withClipNorm(float other) {
        return new UpdateOptions(new Values(other, values.decayExemptions, values.averageDecay, values.lookahead,
                values.parts));
    }

    /** Returns options with other parameters left out of weight decay. */
    public UpdateOptions withDecayExemptions(Set<DecayExemption> others) {
        return new UpdateOptions(new Values(values.clipNorm, others, values.averageDecay, values.lookahead,
                values.parts));
    }

    /** Returns options with moving averages, which evaluation then uses. */
    public UpdateOptions withAverageDecay(double other) {
        return new UpdateOptions(new Values(values.clipNorm, values.decayExemptions, other, values.lookahead,
                values.parts));
    }

    /** Returns options with slow weights. */
    public UpdateOptions withLookahead(Lookahead other) {
        return following(Objects.requireNonNull(other, "lookahead"));
    }

    /** Returns options without slow weights. */
    public UpdateOptions withoutLookahead() {
        return following(null);
    }

    private UpdateOptions following(@Nullable Lookahead other) {
        return new UpdateOptions(new Values(values.clipNorm, values.decayExemptions, values.averageDecay, other,
                values.parts));
    }

    /** Tells whether moving averages are kept. */
    public boolean averaged() {
        return values.averageDecay > 0;
    }

    /** Tells whether every weight has an average: a moving one, or Lookahead's slow weight. */
    boolean keepsAverages() {
        return averaged() || values.lookahead != null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UpdateOptions options && values.equals(options.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
