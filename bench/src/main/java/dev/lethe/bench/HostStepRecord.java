package dev.lethe.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.random.Philox;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.PresentationColumns;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A record of steps whose results are in host memory: each loss is read, and each presentation recorded, when the step
 * is made. For the tracker, an epoch is as long as one of MNIST: each round over the prepared batches presents other
 * ids, in random order.
 */
final class HostStepRecord implements StepRecord {
    private static final int EXAMPLES = 60_000;

    private final int batch;
    private final int presentations;
    private final boolean tracking;
    private final MemorySegment losses;
    private final PresentationColumns[] rounds; // the same columns, with the ids of each round
    private final EpochTracker epochs;
    private int round;

    /**
     * Makes a record.
     *
     * @param presentations number of presentations of a round
     * @param columns memory of the predictions' columns
     */
    HostStepRecord(int batch, int presentations, boolean tracking, Predictions predictions,
            Map<Tensor, MemorySegment> columns, Arena arena) {
        this.batch = batch;
        this.presentations = presentations;
        this.tracking = tracking;
        losses = memory(columns, predictions.loss());
        rounds = new PresentationColumns[Math.max(1, EXAMPLES / presentations)];
        int[] ids = new int[rounds.length * presentations];
        Philox.permutation(ids, 1, Philox.Stream.ORDER, 0);
        for (int i = 0; i < rounds.length; i++) {
            MemorySegment roundIds = arena.allocate(JAVA_INT, presentations);
            MemorySegment.copy(ids, i * presentations, roundIds, JAVA_INT, 0, presentations);
            rounds[i] = new PresentationColumns(roundIds, memory(columns, predictions.correct()),
                    memory(columns, predictions.margin()), memory(columns, predictions.el2n()),
                    memory(columns, predictions.probability()), losses);
        }
        epochs = new EpochTracker(tracking ? ids.length : 1);
    }

    private static MemorySegment memory(Map<Tensor, MemorySegment> columns, Tensor tensor) {
        return Objects.requireNonNull(columns.get(tensor), tensor.name());
    }

    @Override
    public float stepDone(int position) {
        double loss = 0;
        for (int i = position; i < position + batch; i++) {
            loss += losses.getAtIndex(JAVA_FLOAT, i);
        }
        if (tracking) {
            epochs.tracker().record(rounds[round], position, batch);
        }
        if (position + batch == presentations) {
            round = (round + 1) % rounds.length;
            if (tracking && round == 0) {
                epochs.commit();
            }
        }
        return (float) (loss / batch);
    }

    @Override
    public Optional<ForgettingTracker> tracker() {
        return Optional.of(epochs.tracker()).filter(_ -> tracking);
    }

    @Override
    public void close() {
        epochs.close();
    }
}
