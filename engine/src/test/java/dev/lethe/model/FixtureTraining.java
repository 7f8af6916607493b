package dev.lethe.model;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.Optimizer;
import dev.lethe.kernels.OptimizerOp;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.SoftmaxCrossEntropy;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The training that a fixture describes, on one of our backends. */
final class FixtureTraining implements AutoCloseable {
    static final int CLASSES = 10;

    private final TrainingFixture fixture;
    private final int batch;
    private final NetworkOps ops;
    private final PlanSpec testing;
    private final Arena arena = Arena.ofShared();
    private final Program program;
    private final MemorySegment losses;

    /**
     * A training.
     *
     * @param batch images of a step; the fixture's numbers are those of its own batch
     */
    FixtureTraining(TrainingFixture fixture, int batch, Backend backend, DType activations) {
        this.fixture = fixture;
        this.batch = batch;
        int images = (fixture.steps() + 1) * batch;
        Shape image = Shape.of(1, fixture.height(), fixture.width(), 3);
        ops = new NetworkOps(network(fixture), image, activations);
        Feed feed = Feed.of("all", image.withFirst(images), TrainingFixture.normalization());
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        float summed = fixture.sumsLoss() ? batch : 1; // ours is the mean: the same steps at so many times the rate
        Optimizer.Sgd sgd = new Optimizer.Sgd(fixture.hyperparameter("momentum"), true,
                fixture.hyperparameter("weight_decay") / summed);
        testing = ops.evaluation("test", batch, feed);
        program = backend.compile(new ProgramSpec(List.of(
                ops.training("train", batch, feed, UpdateRule.of(sgd, rates), fixture.labelSmoothing()), testing)));
        losses = arena.allocate(feed.predictions().loss().bytes(), 64);
        bind(feed, images);
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

    private void bind(Feed feed, int images) {
        MemorySegment pixels = arena.allocate(feed.images().bytes(), 64);
        MemorySegment.copy(fixture.pixels(0, images), 0, pixels, ValueLayout.JAVA_BYTE, 0, (int) pixels.byteSize());
        program.bind(feed.images(), pixels);
        program.bind(feed.labels(), MemorySegment.ofArray(fixture.labels(0, images)));
        program.bind(feed.order(), MemorySegment.ofArray(IntStream.range(0, images).toArray()));
        feed.predictions().columns().forEach(column -> program.bind(column, arena.allocate(column.bytes(), 64)));
        program.bind(feed.predictions().loss(), losses);
    }

    /** Makes a step and returns its mean loss. */
    double step(int step) {
        program.plan("train").run(step * batch, 0);
        return FixtureNumbers.mean(losses, step * batch, batch);
    }

    /** The gradient of every trained parameter in the last step, by the parameter's name. */
    Map<String, float[]> gradients() {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (OptimizerOp.Slot slot : ops.slots()) {
            gradients.put(slot.parameter().name(), program.read(slot.gradient()));
        }
        return gradients;
    }

    /** Values of everything persistent after the last step, by name. */
    Map<String, float[]> persistent() {
        Map<String, float[]> values = new LinkedHashMap<>();
        ops.persistent().forEach(tensor -> values.put(tensor.name(), program.read(tensor)));
        return values;
    }

    /** The logits of the images behind those of the steps, (batch, classes). */
    float[] testLogits() {
        program.plan("test").run(fixture.steps() * batch, 0);
        Tensor logits = testing.ops().stream().filter(SoftmaxCrossEntropy.class::isInstance)
                .map(op -> ((SoftmaxCrossEntropy) op).logits()).findFirst().orElseThrow();
        return program.read(logits);
    }

    @Override
    public void close() {
        program.close();
        arena.close();
    }
}
