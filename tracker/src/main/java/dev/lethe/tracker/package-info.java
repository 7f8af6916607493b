/**
 * The forgetting tracker, which records the training examples that a run predicts right in an off-heap, durable
 * history, from which scores are derived later.
 *
 * {@snippet file="dev/lethe/tracker/SnippetsTest.java" region="record"}
 *
 * Whether a presentation is correct is decided in the forward pass of its training step, before the update. The bytes
 * of the file are in {@link dev.lethe.tracker.HistoryLayout}; scores are in {@code dev.lethe.tracker.score}. A history
 * ranks the examples at any later time, and rankings of several runs are compared:
 *
 * {@snippet file="dev/lethe/tracker/SnippetsTest.java" region="rank"}
 */
@NullMarked
package dev.lethe.tracker;

import org.jspecify.annotations.NullMarked;
