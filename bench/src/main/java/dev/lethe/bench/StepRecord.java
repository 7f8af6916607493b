package dev.lethe.bench;

import dev.lethe.tracker.ForgettingTracker;
import java.util.Optional;

/** What is read and recorded of Lethe's training steps. */
interface StepRecord extends AutoCloseable {
    /**
     * A step was made on presentations [position, position + batch).
     *
     * @return its mean loss, or that of an earlier one where steps wait for nothing
     */
    float stepDone(int position);

    /** What records the presentations; none where nothing does. */
    Optional<ForgettingTracker> tracker();

    @Override
    void close();
}
