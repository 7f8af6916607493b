package dev.lethe.train;

import dev.lethe.model.NoDecay;
import java.util.Set;

/**
 * What may be done with gradients beside what the optimizer does.
 *
 * @param clipNorm the norm that all gradients together are scaled down to where theirs is larger, 0 for no limit
 * @param undecayed parameters without weight decay
 */
public record UpdateOptions(float clipNorm, Set<NoDecay> undecayed) {
    /** Nothing of all that. */
    public static final UpdateOptions NONE = new UpdateOptions(0, Set.of());

    public UpdateOptions {
        undecayed = Set.copyOf(undecayed);
        if (!(clipNorm >= 0) || Float.isInfinite(clipNorm)) {
            throw new IllegalArgumentException("clipNorm=" + clipNorm + ": it must be a number above 0, or 0 for no "
                    + "limit");
        }
    }

    /** The same with another limit. */
    public UpdateOptions withClipNorm(float other) {
        return new UpdateOptions(other, undecayed);
    }

    /** The same with other parameters left out of weight decay. */
    public UpdateOptions withUndecayed(Set<NoDecay> others) {
        return new UpdateOptions(clipNorm, others);
    }
}
