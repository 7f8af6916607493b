package dev.lethe.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.RecordedEpoch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A record of steps whose results are on a device. As in the trainer, steps wait for nothing: results are read back
 * once a round, which is an epoch of the tracker with as many examples in ascending order. A round has at least
 * {@value #LEAST_BATCHES} batches, so that to read back and to commit costs about what it costs in training, and visits
 * the prepared batches repeatedly where there are fewer. Only the loss of the first step is read at once.
 */
final class DeviceStepRecord implements StepRecord {
    /** The least number of batches of a round; an epoch of CIFAR-10 has 98 of 512 images. */
    static final int LEAST_BATCHES = 50;

    private final int batch;
    private final int presentations;
    private final Program program;
    private final Predictions predictions;
    private final MemorySegment losses;
    private final Optional<Tracked> tracked;
    private float lastLoss;
    private boolean anyLoss;

    /** The tables, their memory and the tracker, if presentations are tracked. */
    private record Tracked(ExampleTables tables, RecordedEpoch memory, EpochTracker epochs) {}

    /**
     * Makes a record.
     *
     * @param presentations number of presentations of a round
     * @param losses memory of the losses
     * @param tables tables of the plan; empty if nothing is tracked
     */
    DeviceStepRecord(int batch, int presentations, Program program, Predictions predictions, MemorySegment losses,
            Optional<ExampleTables> tables, Arena arena) {
        this.batch = batch;
        this.presentations = presentations;
        this.program = program;
        this.predictions = predictions;
        this.losses = losses;
        tracked = tables.map(t -> new Tracked(t, bound(t, arena), new EpochTracker(presentations)));
        tracked.ifPresent(this::beginRound);
    }

    private RecordedEpoch bound(ExampleTables tables, Arena arena) {
        RecordedEpoch memory = new RecordedEpoch(arena.allocate(tables.seen().bytes(), 64),
                arena.allocate(tables.correct().bytes(), 64), arena.allocate(tables.sums().bytes(), 64));
        program.bind(tables.seen(), memory.seen());
        program.bind(tables.correct(), memory.correct());
        program.bind(tables.sums(), memory.sums());
        return memory;
    }

    private void beginRound(Tracked round) {
        round.tables().tables().forEach(program::clear);
    }

    @Override
    public float stepDone(int position) {
        boolean last = position + batch == presentations;
        if (last || !anyLoss) {
            program.download(predictions.loss());
            double sum = 0;
            for (int i = position; i < position + batch; i++) {
                sum += losses.getAtIndex(JAVA_FLOAT, i);
            }
            lastLoss = (float) (sum / batch);
            anyLoss = true;
        }
        if (last) {
            tracked.ifPresent(this::endRound);
        }
        return lastLoss;
    }

    private void endRound(Tracked round) {
        predictions.columns().forEach(program::download);
        round.tables().tables().forEach(program::download);
        round.epochs().tracker().record(round.memory());
        round.epochs().commit();
        beginRound(round);
    }

    @Override
    public Optional<ForgettingTracker> tracker() {
        return tracked.map(round -> round.epochs().tracker());
    }

    @Override
    public void close() {
        tracked.ifPresent(round -> round.epochs().close());
    }
}
