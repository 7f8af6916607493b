package dev.lethe.kernels;

import static dev.lethe.kernels.Tensors.data;
import static dev.lethe.kernels.Tensors.gradient;
import static dev.lethe.kernels.Tensors.parameter;
import static dev.lethe.kernels.Tensors.state;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.BatchNormOp;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.BatchNormSpec.Statistics;
import dev.lethe.kernels.op.BatchNormTensors;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.Dropout;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of every backend: it agrees with the scalar reference on every operation, at odd sizes too. */
public abstract class BackendContract extends LossContract {
    /** Tells whether the backend has convolutions with groups, norms, sums and means. */
    protected boolean hasEveryOperation() {
        return true;
    }

    private void assertAgreesOrIsRefused(boolean everyBackend, long terms, OpRunner runner) {
        if (everyBackend || hasEveryOperation()) {
            assertAgrees(terms, runner, 0);
        } else {
            assertThrows(IllegalArgumentException.class, () -> runner.on(backend, 0));
        }
    }

    static Stream<Arguments> convolutions() {
        return Stream.of( // batch, side, spec
                Arguments.of(1, 5, ConvolutionSpec.valid(1, 1, 1)),
                Arguments.of(3, 28, ConvolutionSpec.valid(1, 10, 5)),
                Arguments.of(2, 12, ConvolutionSpec.valid(10, 20, 5)),
                Arguments.of(5, 7, new ConvolutionSpec(3, 17, 3, 1, 1, 1, 1)),
                Arguments.of(4, 9, new ConvolutionSpec(16, 32, 3, 2, 1, 1, 1)),
                Arguments.of(2, 8, new ConvolutionSpec(33, 5, 1, 2, 0, 1, 1)),
                Arguments.of(3, 11, new ConvolutionSpec(4, 6, 3, 1, 2, 2, 1)),
                Arguments.of(2, 6, new ConvolutionSpec(8, 12, 3, 1, 1, 1, 4)),
                Arguments.of(1, 13, new ConvolutionSpec(6, 6, 3, 2, 1, 1, 6)));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void shouldAgreeOnConvolutions(int batch, int side, ConvolutionSpec spec) {
        Tensor input = activation("input", batch, side, side, spec.inputChannels());
        Shape out = spec.outputShape(input.shape());
        Tensor weights = parameter("weights", spec.weightsShape());
        Tensor bias = parameter("bias", Shape.of(spec.outputChannels()));
        Tensor output = activation("output", out);
        Tensor clamped = activation("clamped", out);
        Tensor outputGradient = activation("outputGradient", out);
        Tensor inputGradient = activation("inputGradient", input.shape());
        Tensor weightsGradient = gradient("weightsGradient", weights.shape());
        Tensor biasGradient = gradient("biasGradient", bias.shape());
        long terms = (long) spec.kernel() * spec.kernel() * spec.inputChannels() * spec.outputChannels()
                + out.elements();
        OpRunner runner = new OpRunner(batch,
                new ConvolutionOp.Forward(spec, input, weights, Optional.empty(), Activation.IDENTITY, output),
                new ConvolutionOp.Forward(spec, input, weights, Optional.of(bias), Activation.RELU, clamped),
                new ConvolutionOp.BackwardData(spec, outputGradient, weights, inputGradient),
                new ConvolutionOp.BackwardWeights(spec, input, outputGradient, weightsGradient,
                        Optional.of(biasGradient)))
                .randomInputs(SEED).afterAnotherRun();
        assertAgreesOrIsRefused(spec.groups() == 1, terms, runner);
    }

    /**
     * Returns convolutions each of which was once computed wrongly, or ended the JVM: a tap or an output on padding
     * alone, large strides, unread ends.
     */
    static Stream<Arguments> unusualConvolutions() {
        return Stream.of( // batch, height, width, spec
                Arguments.of(32, 5, 1, new ConvolutionSpec(8, 2, 1, 2, 1, 2, 1)),
                Arguments.of(3, 2, 9, new ConvolutionSpec(9, 16, 1, 9, 4, 10, 1)),
                Arguments.of(2, 28, 28, new ConvolutionSpec(3, 8, 3, 65_536, 1, 1, 1)),
                Arguments.of(2, 28, 28, new ConvolutionSpec(3, 8, 5, 20_000, 2, 1, 1)),
                Arguments.of(2, 28, 28, new ConvolutionSpec(3, 8, 3, 65_536, 65_536, 1, 1)),
                Arguments.of(2, 8, 8, new ConvolutionSpec(17, 33, 2, Integer.MAX_VALUE, 1, 1, 1)),
                Arguments.of(17, 1, 1, new ConvolutionSpec(32, 3, 3, 2, 1, 1, 1)),
                Arguments.of(4, 32, 1, new ConvolutionSpec(16, 32, 3, 2, 1, 1, 1)),
                Arguments.of(5, 1, 2, new ConvolutionSpec(64, 64, 3, 1, 1, 1, 1)),
                Arguments.of(9, 3, 1, new ConvolutionSpec(8, 33, 2, 3, 7, 5, 1)),
                Arguments.of(3, 7, 10, new ConvolutionSpec(8, 31, 3, 7, 3, 1, 1)),
                Arguments.of(3, 9, 39, new ConvolutionSpec(2, 2, 2, 1, 1, 3, 2)),
                Arguments.of(5, 9, 40, new ConvolutionSpec(17, 2, 3, 1, 0, 4, 1)),
                Arguments.of(4, 2, 12, new ConvolutionSpec(16, 3, 5, 7, 3, 1, 1)));
    }

    @ParameterizedTest
    @MethodSource("unusualConvolutions")
    void shouldAgreeOnUnusualConvolutions(int batch, int height, int width, ConvolutionSpec spec) {
        RandomConvolution convolution = new RandomConvolution(SEED, batch, height, width, spec, true);
        long terms = convolution.terms() * spec.inputChannels() * spec.outputChannels();
        assertAgreesOrIsRefused(spec.groups() == 1, terms, convolution.runner(activations()));
    }

    @Test
    void shouldAgreeOnAConvolutionWithoutBias() {
        ConvolutionSpec spec = new ConvolutionSpec(5, 7, 3, 1, 1, 1, 1);
        Tensor input = activation("input", 3, 6, 6, 5);
        Tensor outputGradient = activation("outputGradient", 3, 6, 6, 7);
        assertAgrees(500, new OpRunner(3, new ConvolutionOp.BackwardWeights(spec, input, outputGradient,
                gradient("weightsGradient", spec.weightsShape()), Optional.empty())).randomInputs(SEED), 0);
    }

    @ParameterizedTest
    @CsvSource({"1,4,1,2,2,0", "3,24,10,2,2,0", "2,7,17,2,2,0", "5,9,33,3,3,0", "2,7,3,3,2,1", "3,8,20,2,1,0"})
    void shouldAgreeOnMaxPooling(int batch, int side, int channels, int window, int stride, int padding) {
        PoolSpec spec = new PoolSpec(window, stride, padding);
        for (Activation activation : Activation.values()) {
            Tensor input = activation("input", batch, side, side, channels);
            Shape out = spec.outputShape(input.shape());
            Tensor output = activation("output", out);
            Tensor outputGradient = activation("outputGradient", out);
            Tensor inputGradient = activation("inputGradient", input.shape());
            float[] values = new float[Math.toIntExact(input.shape().elements())];
            Random random = new Random(SEED);
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt(-3, 4); // many ties
            }
            assertAgrees(9, new OpRunner(batch, new PoolOp.MaxForward(spec, input, activation, output),
                    new PoolOp.MaxBackward(spec, input, output, activation, outputGradient, inputGradient))
                    .input(input, values).randomInputs(SEED), 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,5,17", "2,4,16"})
    void shouldAgreeOnRelu(int batch, int side, int channels) {
        Tensor input = activation("input", batch, side, side, channels);
        Tensor output = activation("output", batch, side, side, channels);
        Tensor outputGradient = activation("outputGradient", batch, side, side, channels);
        Tensor inputGradient = activation("inputGradient", batch, side, side, channels);
        assertAgrees(1, new OpRunner(batch, new PointwiseOp.ReluForward(input, output),
                new PointwiseOp.ReluBackward(output, outputGradient, inputGradient)).randomInputs(SEED), 0);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,5,24", "5,9,7", "7,31,24", "4,8,64", "2,9,131", "3,7,200"})
    void shouldAgreeOnGradientsOfBiasesAlone(int batch, int side, int channels) {
        OpRunner runner = new OpRunner(batch,
                new ConvolutionOp.BackwardBias(activation("outputGradient", batch, side, side, channels),
                        gradient("biasGradient", Shape.of(channels))))
                .randomInputs(SEED).afterAnotherRun();
        assertAgreesOrIsRefused(false, (long) batch * side * side, runner);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1,1", "3,4,20,50", "64,1,50,10", "5,3,7,33"})
    void shouldAgreeOnLinearLayers(int batch, int side, int channels, int outputs) {
        Tensor input = side == 1
                ? activation("input", batch, channels)
                : activation("input", batch, side, side, channels);
        int inputs = Math.toIntExact(input.shape().elementsPerExample());
        Tensor weights = parameter("weights", Shape.of(outputs, inputs));
        Tensor bias = parameter("bias", Shape.of(outputs));
        Tensor outputGradient = activation("outputGradient", batch, outputs);
        assertAgrees(inputs + outputs + batch, new OpRunner(batch,
                new LinearOp.Forward(input, weights, Optional.of(bias), Activation.IDENTITY,
                        activation("output", batch, outputs)),
                new LinearOp.Forward(input, weights, Optional.empty(), Activation.RELU,
                        activation("clamped", batch, outputs)),
                new LinearOp.BackwardData(outputGradient, weights,
                        activation("inputGradient", input.shape())),
                new LinearOp.BackwardWeights(input, outputGradient, gradient("weightsGradient", weights.shape()),
                        Optional.of(gradient("biasGradient", bias.shape()))))
                .randomInputs(SEED).afterAnotherRun(), 0);
    }

    @ParameterizedTest
    @CsvSource({"2,3,1,false,false", "3,5,16,true,false", "5,4,33,true,true", "1,9,24,false,true", "4,8,64,true,true",
            "3,7,19,false,false", "11,17,16,true,true", "11,17,24,true,false", "11,17,3,false,true",
            "2,3,72,true,false", "3,4,160,false,true", "2,5,131,true,true"})
    void shouldAgreeOnBatchNorm(int batch, int side, int channels, boolean residual, boolean twoGradients) {
        for (Activation activation : Activation.values()) {
            for (BatchNormSpec spec : List.of(BatchNormSpec.standard(), new BatchNormSpec(1e-3, 0.4, Statistics.BATCH),
                    BatchNormSpec.standard().running())) {
                Tensor input = activation("input", batch, side, side, channels);
                BatchNormTensors tensors = new BatchNormTensors(parameter("scale", Shape.of(channels)),
                        parameter("shift", Shape.of(channels)), state("mean", Shape.of(channels)),
                        state("variance", Shape.of(channels)));
                BatchNormOp.Forward forward = new BatchNormOp.Forward(spec, input, tensors,
                        Optional.of(activation("residual", batch, side, side, channels)).filter(_ -> residual),
                        activation, activation("output", batch, side, side, channels));
                Stream<Tensor> gradients = Stream.of("firstGradient", "secondGradient")
                        .map(name -> activation(name, batch, side, side, channels));
                BatchNormOp.Backward backward = new BatchNormOp.Backward(forward,
                        gradients.limit(twoGradients ? 2 : 1).toList(),
                        activation("inputGradient", batch, side, side, channels),
                        Optional.of(activation("residualGradient", batch, side, side, channels))
                                .filter(_ -> residual),
                        gradient("scaleGradient", Shape.of(channels)), gradient("shiftGradient", Shape.of(channels)));
                float[] values = normal(input, 3); // far from zero: a naive variance would lose most digits
                for (int i = 0; i < values.length; i++) {
                    values[i] = 50 + values[i];
                }
                float[] variances = new float[channels];
                Arrays.fill(variances, 1.5f);
                OpRunner runner = new OpRunner(batch, forward, backward).input(input, values)
                        .input(tensors.runningVariance(), variances).randomInputs(SEED).afterAnotherRun();
                assertAgreesOrIsRefused(false, 40_000, runner);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,5,17", "2,4,16", "5,8,40"})
    void shouldAgreeOnSumsAndMeans(int batch, int side, int channels) {
        Tensor first = activation("first", batch, side, side, channels);
        OpRunner runner = new OpRunner(batch,
                new PointwiseOp.Add(first, activation("second", batch, side, side, channels),
                        activation("sum", batch, side, side, channels)),
                new PoolOp.GlobalAverageForward(first, activation("means", batch, channels)),
                new PoolOp.GlobalAverageBackward(activation("gradient", batch, channels),
                        activation("inputGradient", batch, side, side, channels)))
                .randomInputs(SEED);
        assertAgreesOrIsRefused(false, side * side, runner);
    }

    @Test
    void shouldMakeWideLogitsOfNarrowActivations() {
        Tensor images = activation("images", 5, 3, 3, 20);
        Tensor rows = activation("rows", 5, 20);
        Tensor weights = parameter("weights", Shape.of(7, 20));
        Tensor means = Tensors.activation("means", 5, 20);
        Tensor logits = Tensors.activation("logits", 5, 7);
        OpRunner runner = new OpRunner(5, new PoolOp.GlobalAverageForward(images, means),
                new LinearOp.Forward(rows, weights, Optional.empty(), Activation.IDENTITY, logits),
                new PoolOp.GlobalAverageBackward(Tensors.activation("gradient", 5, 20),
                        activation("imageGradient", 5, 3, 3, 20)))
                .randomInputs(SEED);
        assertAgreesOrIsRefused(false, 20, runner);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,5", "20,10", "7,33"})
    void shouldAgreeOnTheMeanOfTwo(int batch, int classes) {
        assertAgrees(2, new OpRunner(batch, new PointwiseOp.Mean(activation("first", batch, classes),
                activation("second", batch, classes), activation("mean", batch, classes))).randomInputs(SEED), 0);
    }

    @ParameterizedTest
    @CsvSource({"1,2,0", "5,10,0", "3,16,0.1", "4,33,0", "7,100,0.2", "20,10,0.9"})
    void shouldAgreeOnSoftmaxCrossEntropy(int batch, int classes, float labelSmoothing) {
        Random random = new Random(SEED);
        int position = 3;
        int[] order = random.ints(position + batch, 0, 20).toArray();
        int[] labels = random.ints(20, 0, classes).toArray();
        Tensor logits = activation("logits", batch, classes);
        Op loss = new SoftmaxCrossEntropy(logits, data("labels", DType.S32, 20),
                data("order", DType.S32, order.length), Predictions.rows("p", order.length),
                labelSmoothing, batch * (1 + classes % 3), Optional.of(activation("gradient", batch, classes)),
                Optional.empty());
        Map<Tensor, float[]> results = assertAgrees(classes,
                new OpRunner(batch, loss).bindInts(data("labels", DType.S32, 20), labels)
                        .bindInts(data("order", DType.S32, order.length), order).randomInputs(SEED),
                position);
        float[] gradient = results.get(activation("gradient", batch, classes));
        double sum = 0;
        for (float value : gradient) {
            sum += value;
        }
        assertEquals(0, sum, activations() == DType.F32 ? 1e-6 : 1e-2, "a softmax gradient sums to nothing");
    }

    @Test
    void shouldPredictTheLowestOfEqualClassesAndNothingForNaN() {
        Tensor logits = activation("logits", 3, 4);
        Predictions predictions = Predictions.rows("p", 3);
        Tensor labels = data("labels", DType.S32, 3);
        Tensor order = data("order", DType.S32, 3);
        Map<Tensor, float[]> results = new OpRunner(3,
                new SoftmaxCrossEntropy(logits, labels, order, predictions, 0, Optional.empty()))
                .bindInts(labels, 2, 0, 1)
                .bindInts(order, 0, 1, 2)
                .input(logits, new float[]{1, 3, 3, 0, 1e30f, -1e30f, 0, 5, 0, Float.NaN, 2, 1}).on(backend, 0);
        assertArrayEquals(new float[]{1, 0, -1}, results.get(predictions.predicted()));
        assertArrayEquals(new float[]{0, 1, 0}, results.get(predictions.correct()));
        assertTrue(Float.isNaN(results.get(predictions.loss())[2]));
    }

    @ParameterizedTest
    @CsvSource({"1,3,1", "4,28,1", "3,5,3", "2,32,3"})
    void shouldAgreeOnGatheredImages(int batch, int side, int channels) {
        int examples = 9;
        byte[] pixels = new byte[examples * side * side * channels];
        new Random(SEED).nextBytes(pixels);
        Tensor images = data("images", DType.U8, examples, side, side, channels);
        Tensor order = data("order", DType.S32, 8);
        Normalization normalization = channels == 1
                ? Normalization.gray(0.1307f, 0.3081f)
                : new Normalization(List.of(0.49f, 0.48f, 0.45f), List.of(0.25f, 0.24f, 0.26f));
        assertAgrees(4, new OpRunner(batch,
                new GatherImages(images, order, normalization, Optional.empty(),
                        activation("output", batch, side, side, channels)))
                .bind(images, MemorySegment.ofArray(pixels)).bindInts(order, 8, 1, 7, 2, 2, 5, 0, 3),
                2);
    }

    @ParameterizedTest
    @CsvSource({"crop:4+flip+cutout:16,32,3", "reflect:2+flip:alternating,32,3", "flip:always,5,1", "cutout:3,4,3",
            "reflect:6+flip+cutout:20,7,1", "reflect:1:up-left,32,3", "crop:2:down-right+flip:always,5,1"})
    void shouldAgreeOnViewsOfImages(String augmentation, int side, int channels) {
        byte[] pixels = new byte[9 * side * side * channels];
        new Random(SEED).nextBytes(pixels);
        Tensor images = data("images", DType.U8, 9, side, side, channels);
        Tensor order = data("order", DType.S32, 8);
        Tensor epoch = data("epoch", DType.S32, 1);
        Normalization normalization = channels == 1
                ? Normalization.gray(0.1307f, 0.3081f)
                : new Normalization(List.of(0.49f, 0.48f, 0.45f), List.of(0.25f, 0.24f, 0.26f));
        Tensor output = activation("output", 6, side, side, channels);
        Op gather = new GatherImages(images, order, normalization,
                Optional.of(new GatherImages.Views(Augmentation.parse(augmentation), SEED, epoch)), output);
        for (int number = 0; number < 3; number++) {
            OpRunner runner = new OpRunner(6, gather).bind(images, MemorySegment.ofArray(pixels))
                    .bindInts(order, 8, 1, 7, 2, 2, 5, 0, 3).bindInts(epoch, number);
            float[] views = assertAgrees(4, runner, 2).get(output);
            int image = side * side * channels;
            assertArrayEquals(Arrays.copyOfRange(views, image, 2 * image),
                    Arrays.copyOfRange(views, 2 * image, 3 * image), "one example has one view an epoch");
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,5,17", "2,4,16"})
    void shouldAgreeOnGeluAndScaling(int batch, int side, int channels) {
        Tensor input = activation("input", batch, side, side, channels);
        float[] values = normal(input, 5);
        for (int i = 0; i < values.length; i++) {
            values[i] *= i % 7 == 0 ? 8 : 2; // far out, too
        }
        OpRunner runner = new OpRunner(batch,
                new PointwiseOp.GeluForward(input, activation("output", batch, side, side, channels)),
                new PointwiseOp.GeluBackward(input, activation("outputGradient", batch, side, side, channels),
                        activation("inputGradient", batch, side, side, channels)),
                new PointwiseOp.Scale(input, 1 / 9f, activation("scaled", batch, side, side, channels)))
                .input(input, values).randomInputs(SEED);
        assertAgrees(4, runner, 0);
    }

    @ParameterizedTest
    @CsvSource({"1,4,1,2,2,0", "3,9,10,2,2,0", "5,9,33,3,3,0", "2,7,3,3,2,1", "3,8,20,2,1,1", "4,5,16,4,1,2"})
    void shouldAgreeOnAveragePooling(int batch, int side, int channels, int window, int stride, int padding) {
        PoolSpec spec = new PoolSpec(window, stride, padding);
        Tensor input = activation("input", batch, side, side, channels);
        Shape out = spec.outputShape(input.shape());
        OpRunner runner = new OpRunner(batch,
                new PoolOp.AverageForward(spec, input, activation("output", out)),
                new PoolOp.AverageBackward(spec, activation("outputGradient", out),
                        activation("inputGradient", input.shape())))
                .randomInputs(SEED);
        assertAgreesOrIsRefused(false, (long) window * window, runner);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1,0.5", "6,5,17,0.3", "4,8,16,0", "5,12,20,0.9"})
    void shouldAgreeOnDropout(int batch, int side, int channels, float probability) {
        Tensor order = data("order", DType.S32, 9);
        Tensor epoch = data("epoch", DType.S32, 1);
        Tensor input = activation("input", batch, side, side, channels);
        Tensor output = activation("output", batch, side, side, channels);
        OpRunner runner = new OpRunner(batch,
                new PointwiseOp.Drop(new Dropout(probability, SEED, 3), order, epoch, input, output))
                .bindInts(order, 8, 1, 7, 2, 2, 5, 0, 3, 6).bindInts(epoch, 4).randomInputs(SEED);
        assertAgreesOrIsRefused(false, 1, runner);
    }

    @Test
    void shouldReturnParametersAsTheyWereWritten() {
        ConvolutionSpec spec = new ConvolutionSpec(10, 20, 5, 1, 0, 1, 1);
        Tensor input = activation("input", 2, 12, 12, 10);
        Tensor weights = parameter("weights", spec.weightsShape());
        PlanSpec plan = new PlanSpec("forward", 2, List.of(new ConvolutionOp.Forward(spec, input, weights,
                Optional.empty(), Activation.IDENTITY, activation("output", 2, 8, 8, 20))));
        float[] values = new float[5000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        try (Program program = backend.compile(new ProgramSpec(List.of(plan)))) {
            program.write(weights, values);
            assertArrayEquals(values, program.read(weights));
        }
    }

    @Test
    void shouldRefuseUnboundForeignAndSmallMemory() {
        Tensor images = data("images", DType.U8, 4, 2, 2, 1);
        Tensor order = data("order", DType.S32, 4);
        Tensor output = activation("output", 2, 2, 2, 1);
        PlanSpec plan = new PlanSpec("gather", 2,
                List.of(new GatherImages(images, order, Normalization.gray(0, 1), Optional.empty(), output)));
        try (Program program = backend.compile(new ProgramSpec(List.of(plan)))) {
            assertThrows(IllegalStateException.class, () -> program.plan("gather").run(0, 0));
            assertThrows(IllegalArgumentException.class,
                    () -> program.bind(images, MemorySegment.ofArray(new byte[15])));
            assertThrows(IllegalArgumentException.class,
                    () -> program.bind(output, MemorySegment.ofArray(new byte[99])));
            assertThrows(IllegalArgumentException.class, () -> program.plan("train"));
            assertThrows(IllegalArgumentException.class, () -> program.write(output, new float[3]));
        }
    }

    @Test
    void shouldRefuseUseAfterCloseAndCloseTwice() {
        PlanSpec plan = new PlanSpec("relu", 1,
                List.of(new PointwiseOp.ReluForward(activation("x", 1, 3), activation("y", 1, 3))));
        Program program = backend.compile(new ProgramSpec(List.of(plan)));
        Plan compiled = program.plan("relu");
        program.close();
        program.close();
        assertThrows(IllegalStateException.class, () -> compiled.run(0, 0));
        assertThrows(IllegalStateException.class, () -> program.read(activation("y", 1, 3)));
        assertThrows(IllegalStateException.class,
                () -> program.bind(data("d", DType.S32, 1), Arena.ofAuto().allocate(4, 4)));
    }
}
