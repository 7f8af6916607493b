package dev.lethe.model;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.OptimizerOp;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.SgdSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.SoftmaxCrossEntropy;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Networks for CIFAR against PyTorch, in float32 against its float64, see {@link TrainingFixture}. */
class CifarFixtureTest {
    private static final int CLASSES = 10;

    static Network network(String fixture) {
        return switch (fixture) {
            case "resnet18" -> ModelZoo.create("resnet18", CLASSES);
            case "wrn28_2" -> WideResNets.network("wrn-28-2", 28, 2, CLASSES);
            default -> throw new IllegalArgumentException("fixture=" + fixture);
        };
    }

    @ParameterizedTest
    @CsvSource({"resnet18,cpu,2", "resnet18,onednn,1", "resnet18,onednn,3", "wrn28_2,cpu,2", "wrn28_2,onednn,3"})
    void shouldTrainAsPyTorchDoes(String name, String backendName, int threads) throws IOException {
        TrainingFixture fixture = TrainingFixture.load(name);
        int batch = fixture.batch();
        int images = (fixture.steps() + 1) * batch;
        Shape image = Shape.of(1, fixture.height(), fixture.width(), 3);
        NetworkOps ops = new NetworkOps(network(name), image);
        Feed feed = Feed.of("all", image.withFirst(images), TrainingFixture.normalization());
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        SgdSpec sgd = new SgdSpec(fixture.hyperparameter("momentum"), true, fixture.hyperparameter("weight_decay"));
        PlanSpec testing = ops.evaluation("test", batch, feed);
        ProgramSpec spec = new ProgramSpec(List.of(ops.training("train", batch, feed, sgd, rates), testing));
        try (Arena arena = Arena.ofShared();
                Backend backend = Backends.open(backendName, threads);
                Program program = backend.compile(spec)) {
            MemorySegment losses = bind(program, feed, fixture, images, arena);
            program.bind(rates, MemorySegment.ofArray(new float[]{fixture.hyperparameter("learning_rate")}));
            for (Tensor tensor : ops.persistent()) {
                program.write(tensor, fixture.initial(tensor.name()));
            }
            for (int step = 0; step < fixture.steps(); step++) {
                program.plan("train").run(step * batch, 0);
                FixtureNumbers.assertClose("loss of step " + step, fixture.numbers("losses")[step],
                        FixtureNumbers.mean(losses, step * batch, batch));
                assertGradientNorms(fixture, ops, program, step);
            }
            assertFinalNorms(fixture, ops, program);
            program.plan("test").run(fixture.steps() * batch, 0);
            assertLogits(fixture.testLogits(), program.read(logits(testing)));
        }
    }

    private static Tensor logits(PlanSpec plan) {
        return plan.ops().stream().filter(SoftmaxCrossEntropy.class::isInstance)
                .map(op -> ((SoftmaxCrossEntropy) op).logits()).findFirst().orElseThrow();
    }

    private static MemorySegment bind(Program program, Feed feed, TrainingFixture fixture, int images, Arena arena) {
        MemorySegment pixels = arena.allocate(feed.images().bytes(), 64);
        MemorySegment.copy(fixture.pixels(0, images), 0, pixels, ValueLayout.JAVA_BYTE, 0, (int) pixels.byteSize());
        program.bind(feed.images(), pixels);
        program.bind(feed.labels(), MemorySegment.ofArray(fixture.labels(0, images)));
        int[] order = new int[images];
        for (int i = 0; i < images; i++) {
            order[i] = i;
        }
        program.bind(feed.order(), MemorySegment.ofArray(order));
        feed.predictions().columns().forEach(column -> program.bind(column, arena.allocate(column.bytes(), 64)));
        MemorySegment losses = arena.allocate(feed.predictions().loss().bytes(), 64);
        program.bind(feed.predictions().loss(), losses);
        return losses;
    }

    private static void assertGradientNorms(TrainingFixture fixture, NetworkOps ops, Program program, int step) {
        Map<String, OptimizerOp.SgdStep.Slot> slots = new HashMap<>();
        ops.slots().forEach(slot -> slots.put(slot.parameter().name(), slot));
        assertEquals(slots.keySet(), new HashSet<>(fixture.parameters()), "trained parameters");
        double squares = 0;
        for (int i = 0; i < fixture.parameters().size(); i++) {
            String name = fixture.parameters().get(i);
            double norm = FixtureNumbers.norm(program.read(slots.get(name).gradient()));
            squares += norm * norm;
            FixtureNumbers.assertClose("gradient norm of " + name + " at step " + step,
                    fixture.parameterGradientNorms()[step][i],
                    norm);
        }
        FixtureNumbers.assertClose("gradient norm of step " + step, fixture.numbers("gradient_norms")[step],
                Math.sqrt(squares));
    }

    private static void assertFinalNorms(TrainingFixture fixture, NetworkOps ops, Program program) {
        Map<String, Tensor> persistent = new HashMap<>();
        ops.persistent().forEach(tensor -> persistent.put(tensor.name(), tensor));
        double[] norms = fixture.numbers("final_norms");
        int found = 0;
        for (int i = 0; i < norms.length; i++) {
            Tensor tensor = persistent.get(fixture.states().get(i).name());
            if (tensor != null) { // PyTorch also counts batches
                found++;
                FixtureNumbers.assertClose("final norm of " + tensor, norms[i],
                        FixtureNumbers.norm(program.read(tensor)));
            }
        }
        assertEquals(persistent.size(), found, "tensors with a name of PyTorch's");
    }

    private static void assertLogits(double[][] expected, float[] actual) {
        double largest = 0;
        for (double[] row : expected) {
            for (double logit : row) {
                largest = Math.max(largest, Math.abs(logit));
            }
        }
        for (int n = 0; n < expected.length; n++) {
            for (int c = 0; c < CLASSES; c++) {
                assertEquals(expected[n][c], actual[n * CLASSES + c], FixtureNumbers.TOLERANCE * largest,
                        "logit " + n + ", " + c);
            }
        }
    }
}
