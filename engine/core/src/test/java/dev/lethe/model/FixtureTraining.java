package dev.lethe.model;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Training that a fixture describes, on one of our backends. */
final class FixtureTraining implements AutoCloseable {
    static final int CLASSES = 10;

    private final TrainingFixture fixture;
    private final int batch;
    private final NetworkOps ops;
    private final PlanSpec forward;
    private final PlanSpec testing;
    private final Arena arena = Arena.ofShared();
    private final Program program;
    private final Program forwardOnly; // of its own: a program that trains overwrites logits while it trains
    private final Tensor loss;
    private final MemorySegment losses;

    /**
     * Begins a training.
     *
     * @param fixture fixture to train by
     * @param batch number of images of a step; the fixture's numbers belong to its own batch
     */
    FixtureTraining(TrainingFixture fixture, int batch, Backend backend, DType activations) {
        this(fixture, batch, backend, activations, ConvolutionChoice.DIRECT);
    }

    /** Begins a training with a choice of algorithms. */
    FixtureTraining(TrainingFixture fixture, int batch, Backend backend, DType activations,
            ConvolutionChoice convolutions) {
        this.fixture = fixture;
        this.batch = batch;
        int images = (fixture.steps() + 1) * batch;
        Shape image = Shape.of(1, fixture.height(), fixture.width(), 3);
        ops = new NetworkOps(network(fixture), image, activations);
        InputPipeline pipeline = InputPipeline.of("all", image.withFirst(images), TrainingFixture.normalization());
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        float summed = fixture.sumsLoss() ? batch : 1; // ours is the mean: the same steps at so many times the rate
        Optimizer.Sgd sgd = new Optimizer.Sgd(fixture.hyperparameter("momentum"), true,
                fixture.hyperparameter("weight_decay") / summed);
        testing = ops.evaluation("test", batch, pipeline);
        PlanSpec training = ops.training("train", batch, pipeline, UpdateRule.of(sgd, rates), fixture.labelSmoothing());
        forward = new PlanSpec("forward", batch, training.ops().subList(0, training.ops().indexOf(loss(training)) + 1));
        program = backend.compile(new ProgramSpec(List.of(training, testing), convolutions));
        forwardOnly = backend.compile(new ProgramSpec(List.of(forward), convolutions));
        loss = pipeline.predictions().loss();
        losses = arena.allocate(loss.bytes(), 64);
        bind(program, pipeline, images);
        bind(forwardOnly, pipeline, images);
        program.bind(rates, MemorySegment.ofArray(new float[]{fixture.hyperparameter("learning_rate") * summed}));
        for (Tensor tensor : ops.persistent()) {
            program.write(tensor, fixture.initial(tensor.name()));
        }
    }

    private static Network network(TrainingFixture fixture) {
        return switch (fixture.name()) {
            case "wrn28_2" -> WideResNets.network("wrn-28-2", 28, 2, 0, CLASSES);
            default -> ModelZoo.create(fixture.name(), CLASSES);
        };
    }

    private void bind(Program to, InputPipeline pipeline, int images) {
        MemorySegment pixels = arena.allocate(pipeline.images().bytes(), 64);
        MemorySegment.copy(fixture.pixels(0, images), 0, pixels, ValueLayout.JAVA_BYTE, 0, (int) pixels.byteSize());
        to.bind(pipeline.images(), pixels);
        to.bind(pipeline.labels(), MemorySegment.ofArray(fixture.labels(0, images)));
        to.bind(pipeline.order(), MemorySegment.ofArray(IntStream.range(0, images).toArray()));
        pipeline.predictions().columns().forEach(column -> to.bind(column, arena.allocate(column.bytes(), 64)));
        to.bind(pipeline.predictions().loss(), losses);
    }

    /** Makes a step and returns its loss, as the fixture defines it. */
    double step(int step) {
        if (fixture.labelSmoothing() == 0) {
            program.plan("train").run(step * batch, 0);
            program.download(loss);
            return FixtureNumbers.mean(losses, step * batch, batch);
        }
        double smoothed = smoothedLoss(step); // the losses that plans report never count what smoothing adds
        program.plan("train").run(step * batch, 0);
        return fixture.sumsLoss() ? batch * smoothed : smoothed;
    }

    /** Computes the mean loss of a step from its logits. */
    private double smoothedLoss(int step) {
        ops.persistent().forEach(tensor -> forwardOnly.write(tensor, program.read(tensor)));
        forwardOnly.plan("forward").run(step * batch, 0);
        float[] logits = forwardOnly.read(loss(forward).logits());
        int[] labels = fixture.labels(step * batch, batch);
        double sum = 0;
        for (int n = 0; n < batch; n++) {
            double exponentials = 0;
            double target = 0;
            for (int c = 0; c < CLASSES; c++) {
                double logit = logits[n * CLASSES + c];
                exponentials += Math.exp(logit);
                target += logit * (fixture.labelSmoothing() / CLASSES
                        + (c == labels[n] ? 1 - fixture.labelSmoothing() : 0));
            }
            sum += Math.log(exponentials) - target;
        }
        return sum / batch;
    }

    private static SoftmaxCrossEntropy loss(PlanSpec plan) {
        return plan.ops().stream().filter(SoftmaxCrossEntropy.class::isInstance).map(SoftmaxCrossEntropy.class::cast)
                .findFirst().orElseThrow();
    }

    /** Returns the gradient of every trained parameter in the last step, by the parameter's name. */
    Map<String, float[]> gradients() {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (OptimizerOp.Slot slot : ops.slots()) {
            gradients.put(slot.parameter().name(), program.read(slot.gradient()));
        }
        return gradients;
    }

    /** Returns the parameters and running statistics after the last step, by name. */
    Map<String, float[]> persistent() {
        Map<String, float[]> values = new LinkedHashMap<>();
        ops.persistent().forEach(tensor -> values.put(tensor.name(), program.read(tensor)));
        return values;
    }

    /** Returns the logits of the images behind those of the steps, (batch, classes). */
    float[] testLogits() {
        program.plan("test").run(fixture.steps() * batch, 0);
        return program.read(loss(testing).logits());
    }

    @Override
    public void close() {
        program.close();
        forwardOnly.close();
        arena.close();
    }
}
