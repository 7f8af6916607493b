/**
 * The forgetting tracker, which records the training examples that a run predicts right in an off-heap, durable
 * history, from which scores are derived later.
 *
 * <pre>{@code
 * try (ForgettingTracker tracker = ForgettingTracker.create(file, TrackerSpec.of(examples, epochs))) {
 *     while (tracker.committedEpochs() < epochs) {
 *         trainer.trainOneEpoch(tracker::record); // id, correct, margin, EL2N, probability, loss
 *         tracker.commitEpoch();
 *     }
 *     try (History history = tracker.history()) {
 *         ForgettingScores scores = ForgettingScores.of(history);
 *         return IntStream.range(0, examples).filter(id -> !scores.unforgettable(id)).toArray(); // worth keeping
 *     }
 * }
 * }</pre>
 *
 * Whether a presentation is correct is decided in the forward pass of its training step, before the update. The bytes
 * of the file are in {@link dev.lethe.tracker.HistoryLayout}; scores are in {@code dev.lethe.tracker.score}.
 */
@NullMarked
package dev.lethe.tracker;

import org.jspecify.annotations.NullMarked;
