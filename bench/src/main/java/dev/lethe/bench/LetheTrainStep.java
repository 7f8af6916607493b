package dev.lethe.bench;

import dev.lethe.kernels.Augmentation;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.ConvolutionChoice;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.Optimizer;
import dev.lethe.kernels.Philox;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.Predictions;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.Tensor;
import dev.lethe.model.Feed;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.NetworkOps;
import dev.lethe.model.UpdateRule;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * The training step as the trainer makes it: images gathered from bytes, moved and mirrored where they are coloured,
 * normalised, forward, loss, backward, update, and every presentation recorded. For the tracker, an epoch is as long as
 * one of MNIST: each round over the prepared batches presents other ids, in random order. The losses of a device are
 * read back after each step, as those of other libraries are; what is recorded comes back once a round.
 */
final class LetheTrainStep implements TrainStepEngine {
    private static final int EXAMPLES = 60_000;
    /** Before the tracker starts over: more than a benchmark makes, in 15 MB. */
    private static final int EPOCHS = 1_000;

    private final String name;
    private final int batch;
    private final int presentations;
    private final boolean tracking;
    private final Arena arena = Arena.ofShared();
    private final Backend backend;
    private final Program program;
    private final Plan plan;
    private final boolean hostMemory;
    private final Predictions predictions;
    private final PresentationColumns[] rounds; // the same columns, with the ids of each round
    private final MemorySegment losses;
    private ForgettingTracker tracker;
    private int position;
    private int round;
    private boolean closed;

    LetheTrainStep(String name, String backendName, TrainStepTask task, boolean tracking,
            ConvolutionChoice convolutions) {
        this.name = name;
        this.tracking = tracking;
        BenchmarkModel model = task.model();
        batch = task.batches().batchSize();
        presentations = task.batches().count() * batch;
        NetworkOps ops = new NetworkOps(ModelZoo.create(model.label(), model.classes()),
                Shape.of(1, model.height(), model.width(), model.channels()), task.dtype());
        Feed plain = Feed.of("train", Shape.of(presentations, model.height(), model.width(), model.channels()),
                model.normalization());
        Feed feed = plain.drawn(model == BenchmarkModel.MNIST_CNN ? Augmentation.NONE : Augmentation.cropAndFlip(), 1);
        OptimizerSetting optimizer = task.optimizer();
        float summed = model.sumsLoss() ? batch : 1; // ours is the mean: the same steps at so many times the rate
        Optimizer.Sgd sgd = new Optimizer.Sgd(optimizer.momentum(), optimizer.nesterov(),
                optimizer.weightDecay() / summed);
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        backend = Backends.open(backendName, task.threads());
        hostMemory = backend.info().hostMemory();
        program = backend.compile(new ProgramSpec(List.of(ops.training("train", batch, feed,
                UpdateRule.of(sgd, rates), model.labelSmoothing())), convolutions));
        plan = program.plan("train");
        bindBatches(task, feed);
        predictions = feed.predictions();
        losses = allocate(predictions.loss());
        rounds = bindColumns(feed);
        feed.draws().ifPresent(draws -> program.bind(draws.epoch(), MemorySegment.ofArray(new int[1])));
        program.bind(rates, MemorySegment.ofArray(new float[]{optimizer.learningRate() * summed}));
        for (Tensor tensor : ops.persistent()) {
            program.write(tensor, tensor.role() == Role.PARAMETER
                    ? task.weights().values(tensor.name())
                    : runningStatistics(tensor));
        }
        startTracking();
    }

    /** As they are before the first step: the task does not give them. */
    private static float[] runningStatistics(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        Arrays.fill(values, tensor.name().endsWith("running_var") ? 1 : 0);
        return values;
    }

    private MemorySegment allocate(Tensor tensor) {
        return arena.allocate(tensor.bytes(), 64);
    }

    private void bindBatches(TrainStepTask task, Feed feed) {
        MemorySegment images = allocate(feed.images());
        MemorySegment labels = allocate(feed.labels());
        for (int i = 0; i < task.batches().count(); i++) {
            byte[] pixels = task.batches().pixels(i);
            MemorySegment.copy(pixels, 0, images, JAVA_BYTE, (long) i * pixels.length, pixels.length);
            MemorySegment.copy(task.batches().labels(i), 0, labels, JAVA_INT, (long) i * batch * Integer.BYTES, batch);
        }
        program.bind(feed.images(), images);
        program.bind(feed.labels(), labels);
    }

    private PresentationColumns[] bindColumns(Feed feed) {
        MemorySegment order = allocate(feed.order());
        for (int i = 0; i < presentations; i++) {
            order.setAtIndex(JAVA_INT, i, i);
        }
        program.bind(feed.order(), order);
        MemorySegment correct = allocate(predictions.correct());
        MemorySegment margin = allocate(predictions.margin());
        MemorySegment el2n = allocate(predictions.el2n());
        MemorySegment probability = allocate(predictions.probability());
        program.bind(predictions.predicted(), allocate(predictions.predicted()));
        program.bind(predictions.correct(), correct);
        program.bind(predictions.margin(), margin);
        program.bind(predictions.el2n(), el2n);
        program.bind(predictions.probability(), probability);
        program.bind(predictions.loss(), losses);
        PresentationColumns[] columns = new PresentationColumns[Math.max(1, EXAMPLES / presentations)];
        int[] ids = new int[columns.length * presentations];
        Philox.permutation(ids, 1, Philox.Stream.ORDER, 0);
        for (int i = 0; i < columns.length; i++) {
            MemorySegment roundIds = allocate(feed.order());
            MemorySegment.copy(ids, i * presentations, roundIds, JAVA_INT, 0, presentations);
            columns[i] = new PresentationColumns(roundIds, correct, margin, el2n, probability, losses);
        }
        return columns;
    }

    private void startTracking() {
        tracker = ForgettingTracker.inMemory(TrackerSpec.of(rounds.length * presentations, tracking ? EPOCHS : 1));
    }

    @Override
    public float step() {
        if (closed) {
            throw new IllegalStateException("this " + name + " engine is closed");
        }
        plan.run(position, 0);
        program.download(predictions.loss());
        double loss = 0;
        for (int i = position; i < position + batch; i++) {
            loss += losses.getAtIndex(JAVA_FLOAT, i);
        }
        if (tracking && hostMemory) {
            tracker.record(rounds[round], position, batch);
        }
        position += batch;
        if (position == presentations) {
            position = 0;
            endRound();
        }
        return (float) (loss / batch);
    }

    private void endRound() {
        if (tracking && !hostMemory) { // as the trainer does once an epoch
            predictions.columns().forEach(program::download);
            tracker.record(rounds[round], 0, presentations);
        }
        round = (round + 1) % rounds.length;
        if (tracking && round == 0) {
            try {
                if (tracker.commitEpoch() == EPOCHS) {
                    tracker.close();
                    startTracking();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a history in memory could not be committed", e);
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            program.close();
            backend.close();
            arena.close();
            try {
                tracker.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a history in memory could not be closed", e);
            }
        }
    }
}
