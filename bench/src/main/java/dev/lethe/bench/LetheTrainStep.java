package dev.lethe.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.InputPipeline;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.NetworkOps;
import dev.lethe.model.UpdateRule;
import dev.lethe.tracker.ForgettingTracker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The training step of the trainer: it gathers images from bytes, moves and mirrors coloured ones, normalises them,
 * runs forward, loss, backward and update, and records every presentation.
 */
final class LetheTrainStep implements TrainStepEngine {
    private final String name;
    private final int batch;
    private final int presentations;
    private final Arena arena = Arena.ofShared();
    private final Backend backend;
    private final Program program;
    private final Plan plan;
    private final StepRecord record;
    private int position;
    private boolean closed;

    /**
     * Prepares a step.
     *
     * @param backend backend that is closed with the step
     */
    LetheTrainStep(String name, Backend backend, TrainStepTask task, boolean tracking, ConvolutionChoice convolutions) {
        this.name = name;
        this.backend = backend;
        BenchmarkModel model = task.model();
        batch = task.batches().batchSize();
        int visits = backend.info().hostMemory()
                ? 1
                : Math.ceilDiv(DeviceStepRecord.LEAST_BATCHES, task.batches().count());
        presentations = visits * task.batches().count() * batch;
        NetworkOps ops = new NetworkOps(ModelZoo.create(model.label(), model.classes()),
                Shape.of(1, model.height(), model.width(), model.channels()), task.dtype());
        Optional<ExampleTables> tables = Optional.of(ExampleTables.of("train", presentations))
                .filter(_ -> tracking && !backend.info().hostMemory());
        InputPipeline pipeline = pipeline(model, tables);
        OptimizerSetting optimizer = task.optimizer();
        float summed = model.sumsLoss() ? batch : 1; // ours is the mean: the same steps at so many times the rate
        Optimizer.Sgd sgd = new Optimizer.Sgd(optimizer.momentum(), optimizer.nesterov(),
                optimizer.weightDecay() / summed);
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        program = backend.compile(new ProgramSpec(List.of(ops.training("train", batch, pipeline,
                UpdateRule.of(sgd, rates), model.labelSmoothing())), convolutions));
        plan = program.plan("train");
        bindBatches(task, pipeline);
        Map<Tensor, MemorySegment> columns = bindColumns(pipeline.predictions());
        pipeline.draws().ifPresent(draws -> program.bind(draws.epoch(), MemorySegment.ofArray(new int[1])));
        program.bind(rates, MemorySegment.ofArray(new float[]{optimizer.learningRate() * summed}));
        for (Tensor tensor : ops.persistent()) {
            program.write(tensor, tensor.role() == Role.PARAMETER
                    ? task.weights().values(tensor.name())
                    : runningStatistics(tensor));
        }
        record = backend.info().hostMemory()
                ? new HostStepRecord(batch, presentations, tracking, pipeline.predictions(), columns, arena)
                : new DeviceStepRecord(batch, presentations, program, pipeline.predictions(),
                        Objects.requireNonNull(columns.get(pipeline.predictions().loss())), tables, arena);
    }

    private InputPipeline pipeline(BenchmarkModel model, Optional<ExampleTables> tables) {
        InputPipeline plain = InputPipeline.of("train",
                Shape.of(presentations, model.height(), model.width(), model.channels()),
                model.normalization());
        InputPipeline drawn = plain
                .drawn(model == BenchmarkModel.MNIST_CNN ? Augmentation.NONE : Augmentation.cropAndFlip(), 1);
        return tables.map(drawn::recordedIn).orElse(drawn);
    }

    /** Returns the running statistics before the first step, which the task does not give. */
    private static float[] runningStatistics(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        Arrays.fill(values, tensor.name().endsWith("running_var") ? 1 : 0);
        return values;
    }

    private MemorySegment allocate(Tensor tensor) {
        return arena.allocate(tensor.bytes(), 64);
    }

    private void bindBatches(TrainStepTask task, InputPipeline pipeline) {
        MemorySegment images = allocate(pipeline.images());
        MemorySegment labels = allocate(pipeline.labels());
        for (int i = 0; i < presentations / batch; i++) {
            int prepared = i % task.batches().count(); // further visits of a round have ids of their own
            byte[] pixels = task.batches().pixels(prepared);
            MemorySegment.copy(pixels, 0, images, JAVA_BYTE, (long) i * pixels.length, pixels.length);
            MemorySegment.copy(task.batches().labels(prepared), 0, labels, JAVA_INT, (long) i * batch * Integer.BYTES,
                    batch);
        }
        program.bind(pipeline.images(), images);
        program.bind(pipeline.labels(), labels);
        MemorySegment order = allocate(pipeline.order());
        for (int i = 0; i < presentations; i++) {
            order.setAtIndex(JAVA_INT, i, i);
        }
        program.bind(pipeline.order(), order);
    }

    private Map<Tensor, MemorySegment> bindColumns(Predictions predictions) {
        Map<Tensor, MemorySegment> columns = new HashMap<>();
        for (Tensor column : predictions.columns()) {
            columns.put(column, allocate(column));
            program.bind(column, columns.get(column));
        }
        return columns;
    }

    /** Returns the tracker of the presentations, for tests; empty if there is none. */
    Optional<ForgettingTracker> tracker() {
        return record.tracker();
    }

    @Override
    public float step() {
        if (closed) {
            throw new IllegalStateException("this " + name + " engine is closed");
        }
        plan.run(position, 0);
        float loss = record.stepDone(position);
        position = (position + batch) % presentations;
        return loss;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            record.close();
            program.close();
            backend.close();
            arena.close();
        }
    }
}
