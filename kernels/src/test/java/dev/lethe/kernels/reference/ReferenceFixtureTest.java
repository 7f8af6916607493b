package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.BatchNormSpec.Statistics;
import dev.lethe.kernels.op.BatchNormTensors;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference, with which every other backend is compared, against numbers that NumPy made by other formulas. */
class ReferenceFixtureTest {
    private static final double ROUNDING = 1e-12; // of doubles, relative to the largest value
    private static final double OF_DIFFERENCES = 1e-10; // where NumPy took a slope by differences
    private static final double OF_FLOATS = 1e-6; // where results, or settings of an operation, are floats

    private final Backend backend = new ReferenceBackend();
    private final Arena arena = Arena.ofShared();
    private ReferenceProgram program;
    private Map<String, double[]> numbers;

    @AfterEach
    void close() {
        backend.close();
        arena.close();
    }

    private static Tensor tensor(String name, Role role, int... dims) {
        return new Tensor(name, role, DType.F32, Shape.of(dims));
    }

    private static Tensor activation(String name, int... dims) {
        return tensor(name, Role.ACTIVATION, dims);
    }

    private static Tensor like(String name, Tensor tensor) {
        return new Tensor(name, tensor.role(), tensor.dtype(), tensor.shape());
    }

    /** Compiles operations and gives every tensor that is not bound the fixture's values of its name. */
    private void compile(String fixture, int batch, Op... ops) {
        numbers = OperationFixtures.of(fixture);
        PlanSpec plan = new PlanSpec("plan", batch, List.of(ops));
        program = (ReferenceProgram) backend.compile(new ProgramSpec(List.of(plan)));
        for (Tensor tensor : plan.tensors()) {
            boolean bound = tensor.role() == Role.DATA || tensor.role() == Role.RESULT;
            if (!bound && numbers.containsKey(tensor.name())) {
                write(tensor, numbers.get(tensor.name()));
            }
        }
    }

    private void write(Tensor tensor, double[] values) {
        double[] to = program.values(tensor);
        assertEquals(to.length, values.length, tensor.name());
        System.arraycopy(values, 0, to, 0, to.length);
    }

    private void run() {
        program.plan("plan").run(0, 0);
    }

    private void assertNumbers(double tolerance, String name, double... actual) {
        double[] expected = numbers.get(name);
        assertEquals(expected.length, actual.length, name);
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElseThrow());
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], tolerance * scale, name + " at " + i);
        }
    }

    /** Compares tensors with the numbers of their names. */
    private void assertNumbers(double tolerance, Tensor... tensors) {
        for (Tensor tensor : tensors) {
            assertNumbers(tolerance, tensor.name(), program.values(tensor));
        }
    }

    static Stream<Arguments> convolutions() {
        return Stream.of(
                Arguments.of("convolution", Shape.of(2, 5, 4, 3), new ConvolutionSpec(3, 4, 3, 1, 1, 1, 1)),
                Arguments.of("convolution-strided", Shape.of(2, 7, 6, 2), new ConvolutionSpec(2, 3, 3, 2, 1, 1, 1)),
                Arguments.of("convolution-dilated", Shape.of(1, 7, 8, 2), new ConvolutionSpec(2, 2, 3, 1, 2, 2, 1)),
                Arguments.of("convolution-grouped", Shape.of(2, 4, 5, 4), new ConvolutionSpec(4, 6, 2, 1, 0, 1, 2)));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void shouldConvolve(String fixture, Shape shape, ConvolutionSpec spec) {
        Tensor x = new Tensor("input", Role.ACTIVATION, DType.F32, shape);
        Tensor w = new Tensor("weights", Role.PARAMETER, DType.F32, spec.weightsShape());
        Tensor b = tensor("bias", Role.PARAMETER, spec.outputChannels());
        Tensor y = new Tensor("output", Role.ACTIVATION, DType.F32, spec.outputShape(shape));
        Tensor dy = like("outputGradient", y);
        Tensor clamped = like("clamped", y);
        Tensor dx = like("inputGradient", x);
        Tensor dw = new Tensor("weightsGradient", Role.GRADIENT, DType.F32, w.shape());
        Tensor db = tensor("biasGradient", Role.GRADIENT, spec.outputChannels());
        Tensor alone = tensor("alone", Role.GRADIENT, spec.outputChannels());
        compile(fixture, shape.dim(0),
                new ConvolutionOp.Forward(spec, x, w, Optional.empty(), Activation.IDENTITY, y),
                new ConvolutionOp.Forward(spec, x, w, Optional.of(b), Activation.RELU, clamped),
                new ConvolutionOp.BackwardData(spec, dy, w, dx),
                new ConvolutionOp.BackwardWeights(spec, x, dy, dw, Optional.of(db)),
                new ConvolutionOp.BackwardBias(dy, alone));
        run();
        assertNumbers(ROUNDING, y, clamped, dx, dw, db);
        assertNumbers(ROUNDING, "biasGradient", program.values(alone));
    }

    @Test
    void shouldMultiplyImagesInTheOrderOfPyTorch() {
        Tensor x = activation("input", 3, 2, 3, 4);
        Tensor w = tensor("weights", Role.PARAMETER, 5, 24);
        Tensor b = tensor("bias", Role.PARAMETER, 5);
        Tensor y = activation("output", 3, 5);
        Tensor dy = like("outputGradient", y);
        Tensor clamped = like("clamped", y);
        Tensor dx = like("inputGradient", x);
        Tensor dw = tensor("weightsGradient", Role.GRADIENT, 5, 24);
        Tensor db = tensor("biasGradient", Role.GRADIENT, 5);
        compile("linear", 3, new LinearOp.Forward(x, w, Optional.empty(), Activation.IDENTITY, y),
                new LinearOp.Forward(x, w, Optional.of(b), Activation.RELU, clamped),
                new LinearOp.BackwardData(dy, w, dx), new LinearOp.BackwardWeights(x, dy, dw, Optional.of(db)));
        run();
        assertNumbers(ROUNDING, y, clamped, dx, dw, db);
    }

    @ParameterizedTest
    @CsvSource({"pool-tiles,2,2,0", "pool-overlapping,3,2,1"})
    void shouldPool(String fixture, int window, int stride, int padding) {
        PoolSpec spec = new PoolSpec(window, stride, padding);
        Tensor x = activation("input", 2, 6, 5, 3);
        Tensor y = new Tensor("output", Role.ACTIVATION, DType.F32, spec.outputShape(x.shape()));
        Tensor dy = like("outputGradient", y);
        Tensor dx = like("inputGradient", x);
        Tensor clamped = like("clamped", y);
        Tensor ofClamped = like("clampedInputGradient", x);
        Tensor means = like("means", y);
        Tensor ofMeans = like("meansInputGradient", x);
        compile(fixture, 2, new PoolOp.MaxForward(spec, x, Activation.IDENTITY, y),
                new PoolOp.MaxBackward(spec, x, y, Activation.IDENTITY, dy, dx),
                new PoolOp.MaxForward(spec, x, Activation.RELU, clamped),
                new PoolOp.MaxBackward(spec, x, clamped, Activation.RELU, dy, ofClamped),
                new PoolOp.AverageForward(spec, x, means), new PoolOp.AverageBackward(spec, dy, ofMeans));
        run();
        assertNumbers(ROUNDING, y, dx, clamped, ofClamped, means, ofMeans);
    }

    @Test
    void shouldTakeMeansOfImages() {
        Tensor x = activation("input", 2, 3, 4, 3);
        Tensor y = activation("output", 2, 3);
        Tensor dx = like("inputGradient", x);
        compile("global-average", 2, new PoolOp.GlobalAverageForward(x, y),
                new PoolOp.GlobalAverageBackward(like("outputGradient", y), dx));
        run();
        assertNumbers(ROUNDING, y, dx);
    }

    @ParameterizedTest
    @CsvSource({"batch-norm,BATCH", "running-norm,RUNNING"})
    void shouldNormalise(String fixture, Statistics statistics) {
        BatchNormSpec spec = new BatchNormSpec(1e-3, 0.4, statistics);
        Tensor x = activation("input", 3, 2, 4, 5);
        BatchNormTensors tensors = new BatchNormTensors(tensor("scale", Role.PARAMETER, 5),
                tensor("shift", Role.PARAMETER, 5), tensor("mean", Role.STATE, 5), tensor("variance", Role.STATE, 5));
        BatchNormOp.Forward forward = new BatchNormOp.Forward(spec, x, tensors, Optional.of(like("residual", x)),
                Activation.RELU, like("output", x));
        Tensor dx = like("inputGradient", x);
        Tensor dResidual = like("residualGradient", x);
        Tensor dScale = tensor("scaleGradient", Role.GRADIENT, 5);
        Tensor dShift = tensor("shiftGradient", Role.GRADIENT, 5);
        compile(fixture, 3, forward, new BatchNormOp.Backward(forward, List.of(like("first", x), like("second", x)),
                dx, Optional.of(dResidual), dScale, dShift));
        run();
        assertNumbers(ROUNDING, forward.output(), dx, dResidual, dScale, dShift);
        assertNumbers(ROUNDING, "meanAfter", program.values(tensors.runningMean()));
        assertNumbers(ROUNDING, "varianceAfter", program.values(tensors.runningVariance()));
    }

    @Test
    void shouldComputeElementByElement() {
        Tensor x = activation("input", 2, 13);
        Tensor other = like("other", x);
        Tensor dy = like("outputGradient", x);
        Tensor relu = like("relu", x);
        Tensor reluGradient = like("reluGradient", x);
        Tensor gelu = like("gelu", x);
        Tensor geluGradient = like("geluGradient", x);
        Tensor sum = like("sum", x);
        Tensor mean = like("mean", x);
        Tensor scaled = like("scaled", x);
        compile("pointwise", 2, new PointwiseOp.ReluForward(x, relu),
                new PointwiseOp.ReluBackward(relu, dy, reluGradient), new PointwiseOp.GeluForward(x, gelu),
                new PointwiseOp.GeluBackward(x, dy, geluGradient), new PointwiseOp.Add(x, other, sum),
                new PointwiseOp.Mean(x, other, mean), new PointwiseOp.Scale(x, 0.375f, scaled));
        run();
        assertNumbers(ROUNDING, relu, reluGradient, sum, mean, scaled);
        assertNumbers(OF_DIFFERENCES, gelu, geluGradient);
    }

    private MemorySegment bind(Tensor tensor) {
        MemorySegment memory = arena.allocate(tensor.bytes(), 64);
        program.bind(tensor, memory);
        return memory;
    }

    private static Tensor data(String name, DType type, int... dims) {
        return new Tensor(name, Role.DATA, type, Shape.of(dims));
    }

    @Test
    void shouldTellTheLossAndWhatItSaysOfEachPresentation() {
        int batch = 5;
        Tensor logits = activation("logits", batch, 7);
        Tensor gradient = like("gradient", logits);
        Tensor labels = data("labels", DType.S32, batch);
        Tensor order = data("order", DType.S32, batch);
        Predictions rows = Predictions.rows("p", batch);
        compile("loss", batch, new SoftmaxCrossEntropy(logits, labels, order, rows, 0.25f, 8, Optional.of(gradient),
                Optional.empty()));
        MemorySegment example = bind(order);
        MemorySegment label = bind(labels);
        for (int n = 0; n < batch; n++) {
            example.setAtIndex(JAVA_INT, n, batch - 1 - n); // labels are looked up by example
            label.setAtIndex(JAVA_INT, batch - 1 - n, (int) numbers.get("labels")[n]);
        }
        List<MemorySegment> columns = rows.columns().stream().map(this::bind).toList();
        run();
        assertNumbers(ROUNDING, gradient);
        List<String> names = List.of("predicted", "correct", "margin", "el2n", "probability", "loss");
        for (int i = 0; i < names.size(); i++) {
            MemorySegment column = columns.get(i);
            double[] values = new double[batch];
            for (int n = 0; n < batch; n++) {
                values[n] = i < 2 ? column.getAtIndex(JAVA_INT, n) : column.getAtIndex(JAVA_FLOAT, n);
            }
            assertNumbers(OF_FLOATS, names.get(i), values);
        }
    }

    private static OptimizerOp.Slot slot(String parameter, String gradient, int length, ParameterGroup group) {
        return new OptimizerOp.Slot(tensor(parameter, Role.PARAMETER, length), tensor(gradient, Role.GRADIENT, length),
                group);
    }

    @Test
    void shouldStepAsStochasticGradientDescent() {
        Optimizer sgd = new Optimizer.Sgd(0.75f, true, 0.0625f);
        OptimizerOp.Slot p = slot("p", "g", 6, ParameterGroup.DEFAULT);
        OptimizerOp.Slot q = slot("q", "k", 3, new ParameterGroup(2, 0.5f));
        Tensor rates = data("rates", DType.F32, 1);
        compile("sgd", 1, new OptimizerOp.Update(sgd, 1.25f, List.of(p, q), rates, Optional.empty()));
        bind(rates).set(JAVA_FLOAT, 0, 0.125f);
        write(p.states(sgd).getFirst(), numbers.get("v"));
        write(q.states(sgd).getFirst(), numbers.get("u"));
        run();
        assertNumbers(ROUNDING, "pAfter", program.values(p.parameter()));
        assertNumbers(ROUNDING, "vAfter", program.values(p.states(sgd).getFirst()));
        assertNumbers(ROUNDING, "qAfter", program.values(q.parameter()));
        assertNumbers(ROUNDING, "uAfter", program.values(q.states(sgd).getFirst()));
    }

    @Test
    void shouldStepAsAdamW() {
        Optimizer adamW = new Optimizer.AdamW(0.875, 0.96875, 1e-3, 0.0625f);
        OptimizerOp.Slot p = slot("p", "g", 6, ParameterGroup.DEFAULT);
        Tensor rates = data("rates", DType.F32, 1);
        Tensor before = data("before", DType.S32, 1);
        compile("adamw", 1, new OptimizerOp.Update(adamW, 0, List.of(p), rates, Optional.of(before)));
        bind(rates).set(JAVA_FLOAT, 0, 0.125f);
        bind(before).set(JAVA_INT, 0, 4);
        List<Tensor> states = p.states(adamW);
        write(states.getFirst(), numbers.get("m"));
        write(states.getLast(), numbers.get("s"));
        run();
        assertNumbers(ROUNDING, "pAfter", program.values(p.parameter()));
        assertNumbers(ROUNDING, "mAfter", program.values(states.getFirst()));
        assertNumbers(ROUNDING, "sAfter", program.values(states.getLast()));
    }

    @Test
    void shouldMoveAndSynchronizeAverages() {
        OptimizerOp.Averaged moving = OptimizerOp.Averaged.of(tensor("p", Role.PARAMETER, 6));
        OptimizerOp.Averaged slow = OptimizerOp.Averaged.of(tensor("q", Role.PARAMETER, 6));
        Tensor shares = data("shares", DType.F32, 1);
        compile("averages", 1, new OptimizerOp.Average(0.75, List.of(moving)),
                new OptimizerOp.Lookahead(shares, List.of(slow)));
        bind(shares).set(JAVA_FLOAT, 0, 0.375f);
        for (OptimizerOp.Averaged averaged : List.of(moving, slow)) {
            write(averaged.value(), numbers.get("value"));
            write(averaged.average(), numbers.get("average"));
        }
        run();
        assertNumbers(ROUNDING, "moved", program.values(moving.average()));
        assertNumbers(ROUNDING, "value", program.values(moving.value()));
        assertNumbers(ROUNDING, "met", program.values(slow.average()));
        assertNumbers(ROUNDING, "met", program.values(slow.value()));
    }

    @Test
    void shouldGatherAndNormaliseImages() {
        Tensor images = data("images", DType.U8, 4, 2, 3, 2);
        Tensor order = data("order", DType.S32, 3);
        Tensor output = activation("output", 3, 2, 3, 2);
        compile("gather", 3, new GatherImages(images, order,
                new Normalization(List.of(0.25f, 0.5f), List.of(0.125f, 0.75f)), Optional.empty(), output));
        MemorySegment pixels = bind(images);
        for (int i = 0; i < pixels.byteSize(); i++) {
            pixels.set(JAVA_BYTE, i, (byte) numbers.get("pixels")[i]);
        }
        MemorySegment examples = bind(order);
        for (int n = 0; n < 3; n++) {
            examples.setAtIndex(JAVA_INT, n, (int) numbers.get("order")[n]);
        }
        run();
        assertNumbers(OF_FLOATS, output);
    }
}
