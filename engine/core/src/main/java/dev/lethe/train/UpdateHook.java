package dev.lethe.train;

/** Hook that reads, and may change, the gradients of a batch before each update. */
@FunctionalInterface
public interface UpdateHook {
    /** Hook that does nothing; gradients and update are then computed by one plan. */
    UpdateHook NONE = _ -> {
        // nothing is to be done
    };

    /** Is called when the gradients of a batch have been computed; the update follows when it returns. */
    void beforeUpdate(GradientAccess gradients);
}
