package dev.lethe.examples.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.LogitRecorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A listener that attaches a tracker to a DJL trainer. DJL calls {@link #onTrainingBatch} between the backward pass and
 * the update, with the predictions of the forward pass. A batch of a {@code RandomAccessDataset}, which nearly every
 * data set of DJL is, tells the examples that it holds, so that the data set needs no column of ids. In a part of a
 * data set ({@code subDataset}, {@code randomSplit}) ids count from the start of the part.
 * <p>
 * One device; other batches are refused with {@link IllegalStateException}. The tracker stays the caller's.
 */
// snippet
public final class TrackerListener extends TrainingListenerAdapter {
    private final ForgettingTracker tracker;
    private LogitRecorder recorder;

    public TrackerListener(ForgettingTracker tracker) {
        this.tracker = tracker;
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batch) {
        List<?> ids = batch.getBatch().getIndices(); // positions in the data set
        NDArray logits = batch.getPredictions().get(trainer.getDevices()[0]).singletonOrThrow(); // (batch, classes)
        NDArray labels = batch.getLabels().get(trainer.getDevices()[0]).singletonOrThrow(); // (batch)
        recordLogits(ids, logits.toFloatArray(), labels.toType(DataType.INT32, false).toIntArray());
    }

    private void recordLogits(List<?> ids, float[] logits, int[] labels) {
        if (ids == null || ids.size() != labels.length) {
            throw new IllegalStateException("labels=" + labels.length + " of a batch with ids=" + ids
                    + ": train from a RandomAccessDataset, and on one device");
        }
        if (recorder == null) {
            recorder = tracker.logitRecorder(logits.length / labels.length);
        }
        recorder.record(ids.stream().mapToInt(id -> ((Number) id).intValue()).toArray(), logits, labels);
    }

    @Override
    public void onEpoch(Trainer trainer) {
        try {
            tracker.commitEpoch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
// end
