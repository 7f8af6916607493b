package dev.lethe.bench;

import dev.lethe.tracker.ForgettingTracker;
import java.util.Optional;

/** A record of Lethe's training steps: the losses that are read and the presentations that are tracked. */
interface StepRecord extends AutoCloseable {
    /**
     * Records a step on presentations [position, position + batch).
     *
     * @return mean loss of the step, or of an earlier one if steps wait for nothing
     */
    float stepDone(int position);

    /** Returns the tracker of the presentations; empty if there is none. */
    Optional<ForgettingTracker> tracker();

    @Override
    void close();
}
