package dev.lethe.model;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.Op;
import dev.lethe.kernels.Optimizer;
import dev.lethe.kernels.OptimizerOp;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.PointwiseOp;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.SoftmaxCrossEntropy;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The training that a fixture describes, on one of our backends. */
final class FixtureTraining implements AutoCloseable {
    private final TrainingFixture fixture;
    private final int batch;
    private final NetworkOps ops;
    private final PlanSpec testing;
    private final Arena arena = Arena.ofShared();
    private final Program program;
    private final MemorySegment losses;
    private final Tensor keptLogits; // of the last step

    /**
     * A training.
     *
     * @param batch images of a step; the fixture's numbers are those of its own batch
     */
    FixtureTraining(TrainingFixture fixture, Network network, int batch, Backend backend, DType activations) {
        this.fixture = fixture;
        this.batch = batch;
        int images = (fixture.steps() + 1) * batch;
        Shape image = Shape.of(1, fixture.height(), fixture.width(), 3);
        ops = new NetworkOps(network, image, activations);
        Feed feed = Feed.of("all", image.withFirst(images), TrainingFixture.normalization());
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        // a step that sums losses is one of so many times the rate that averages them
        float terms = fixture.sumsLoss() ? fixture.batch() : 1;
        Optimizer.Sgd sgd = new Optimizer.Sgd(fixture.hyperparameter("momentum"), true,
                fixture.hyperparameter("weight_decay") / terms);
        PlanSpec training = ops.training("train", batch, feed, UpdateRule.of(sgd, rates), fixture.labelSmoothing());
        keptLogits = new Tensor("kept", Role.ACTIVATION, DType.F32, logits(training).shape());
        testing = ops.evaluation("test", batch, feed);
        program = backend.compile(new ProgramSpec(List.of(keeping(training), testing)));
        losses = arena.allocate(feed.predictions().loss().bytes(), 64);
        bind(feed, images);
        program.bind(rates, MemorySegment.ofArray(new float[]{terms * fixture.hyperparameter("learning_rate")}));
        for (Tensor tensor : ops.persistent()) {
            program.write(tensor, fixture.initial(tensor.name()));
        }
    }

    /** The plan with a copy of its logits, which otherwise make place when they have been used. */
    private PlanSpec keeping(PlanSpec training) {
        List<Op> all = new ArrayList<>(training.ops());
        all.add(new PointwiseOp.Scale(logits(training), 1, keptLogits));
        return new PlanSpec(training.name(), training.batch(), all);
    }

    private static Tensor logits(PlanSpec plan) {
        return plan.ops().stream().filter(SoftmaxCrossEntropy.class::isInstance)
                .map(op -> ((SoftmaxCrossEntropy) op).logits()).findFirst().orElseThrow();
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

    /** Makes a step and returns its loss: the mean or the sum over the batch, as the fixture has it. */
    double step(int step) {
        program.plan("train").run(step * batch, 0);
        double ofLabels = FixtureNumbers.mean(losses, step * batch, batch);
        double smoothing = fixture.labelSmoothing();
        double mean = (1 - smoothing) * ofLabels + smoothing * ofAllClasses(program.read(keptLogits));
        return fixture.sumsLoss() ? batch * mean : mean;
    }

    /** The mean cross-entropy of all classes; what plans report is that of the label. */
    private double ofAllClasses(float[] logits) {
        int classes = logits.length / batch;
        double sum = 0;
        for (int n = 0; n < batch; n++) {
            double exponentials = 0;
            double total = 0;
            for (int c = 0; c < classes; c++) {
                exponentials += Math.exp(logits[n * classes + c]);
                total += logits[n * classes + c];
            }
            sum += Math.log(exponentials) - total / classes;
        }
        return sum / batch;
    }

    /** The gradient of every trained parameter in the last step, of the mean loss, by the parameter's name. */
    Map<String, float[]> gradients() {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (OptimizerOp.Slot slot : ops.slots()) {
            gradients.put(slot.parameter().name(), program.read(slot.gradient()));
        }
        return gradients;
    }

    /** Parameters and running statistics by name. */
    Map<String, float[]> persistent() {
        Map<String, float[]> values = new LinkedHashMap<>();
        ops.persistent().forEach(tensor -> values.put(tensor.name(), program.read(tensor)));
        return values;
    }

    /** The logits of the batch behind the last step's, in evaluation: (batch, classes). */
    float[] test() {
        program.plan("test").run(fixture.steps() * batch, 0);
        return program.read(logits(testing));
    }

    @Override
    public void close() {
        program.close();
        arena.close();
    }
}
