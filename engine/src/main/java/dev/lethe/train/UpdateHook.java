package dev.lethe.train;

/** Sees, and may change, the gradients of a batch before they make an update. */
@FunctionalInterface
public interface UpdateHook {
    /** Looks at nothing, so that gradients and update are computed in one go. */
    UpdateHook NONE = _ -> {
        // nothing is to be done
    };

    /** The gradients of a batch have been computed, and make an update when this returns. */
    void beforeUpdate(GradientAccess gradients);
}
