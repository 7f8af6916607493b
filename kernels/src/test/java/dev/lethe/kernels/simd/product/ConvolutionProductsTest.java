package dev.lethe.kernels.simd.product;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Agreement;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.simd.ConvolutionGeometry;
import dev.lethe.kernels.simd.PassTest;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions and linear layers on the micro-kernel, at sizes that fill neither tiles nor panels nor blocks. */
class ConvolutionProductsTest extends PassTest {
    static Stream<Arguments> convolutions() {
        return Stream.of( // batch, height, width, spec
                Arguments.of(1, 1, 1, ConvolutionSpec.valid(1, 1, 1)),
                Arguments.of(3, 7, 5, new ConvolutionSpec(5, 7, 3, 1, 1, 1, 1)),
                Arguments.of(2, 9, 9, new ConvolutionSpec(17, 33, 3, 2, 1, 1, 1)),
                Arguments.of(2, 6, 6, new ConvolutionSpec(64, 130, 3, 1, 1, 1, 1)),
                Arguments.of(5, 4, 4, new ConvolutionSpec(65, 63, 3, 1, 1, 1, 1)),
                Arguments.of(2, 8, 7, new ConvolutionSpec(20, 48, 1, 1, 0, 1, 1)),
                Arguments.of(3, 8, 8, new ConvolutionSpec(9, 81, 1, 3, 0, 1, 1)),
                Arguments.of(2, 11, 10, new ConvolutionSpec(4, 6, 3, 1, 2, 2, 1)),
                Arguments.of(2, 5, 9, new ConvolutionSpec(1, 3, 5, 3, 4, 1, 1)),
                Arguments.of(4, 3, 2, new ConvolutionSpec(3, 2, 3, 1, 5, 5, 1)), // taps of padding alone
                Arguments.of(2, 8, 8, new ConvolutionSpec(8, 12, 3, 1, 1, 1, 4)),
                Arguments.of(2, 6, 6, new ConvolutionSpec(34, 102, 3, 2, 1, 1, 2)),
                Arguments.of(1, 7, 7, new ConvolutionSpec(6, 6, 3, 2, 1, 1, 6)),
                Arguments.of(7, 4, 3, new ConvolutionSpec(6, 18, 3, 1, 0, 1, 1)),
                Arguments.of(3, 4, 4, ConvolutionSpec.valid(3, 10, 4)), // the whole image
                Arguments.of(1, 3, 3, new ConvolutionSpec(1100, 5, 3, 1, 1, 1, 1)), // channels in pieces
                Arguments.of(1, 3, 3, new ConvolutionSpec(5, 1100, 3, 1, 1, 1, 1)),
                Arguments.of(1, 2, 300, new ConvolutionSpec(2, 3, 1, 1, 0, 1, 1)), // a row in pieces
                Arguments.of(1, 2, 600, new ConvolutionSpec(2, 3, 3, 1, 1, 1, 1)));
    }

    private MemorySegment ordered(Tensor weights, WeightShape shape, WeightOrder order) {
        OrderedWeights to = new OrderedWeights(shape, order);
        MemorySegment made = poisoned(to.bytes());
        new WeightCopy(new OrderedWeights(shape, WeightOrder.PLAIN), to).run(memory(), at(weights), made, 0);
        return made;
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void shouldAgreeWithTheReference(int batch, int height, int width, ConvolutionSpec spec) {
        Tensor input = activation("input", batch, height, width, spec.inputChannels());
        Shape out = spec.outputShape(input.shape());
        Tensor weights = tensor("weights", Role.PARAMETER, spec.weightsShape());
        Tensor bias = tensor("bias", Role.PARAMETER, Shape.of(spec.outputChannels()));
        Tensor output = tensor("output", Role.ACTIVATION, out);
        Tensor clamped = tensor("clamped", Role.ACTIVATION, out);
        Tensor outputGradient = tensor("outputGradient", Role.ACTIVATION, out);
        Tensor inputGradient = tensor("inputGradient", Role.ACTIVATION, input.shape());
        Tensor weightsGradient = tensor("weightsGradient", Role.GRADIENT, weights.shape());
        reference(batch,
                new ConvolutionOp.Forward(spec, input, weights, Optional.empty(), Activation.IDENTITY, output),
                new ConvolutionOp.Forward(spec, input, weights, Optional.of(bias), Activation.RELU, clamped),
                new ConvolutionOp.BackwardData(spec, outputGradient, weights, inputGradient),
                new ConvolutionOp.BackwardWeights(spec, input, outputGradient, weightsGradient, Optional.empty()));
        ConvolutionGeometry geometry = ConvolutionGeometry.of(spec, input.shape());
        long terms = (long) spec.kernel() * spec.kernel() * Math.max(spec.inputChannels(), spec.outputChannels())
                + out.elements() / spec.outputChannels();

        compute(geometry, batch, WeightShape.of(spec), new Tensors(input, weights, bias, output, clamped,
                outputGradient, inputGradient, weightsGradient));
        assertAgrees(terms, output, clamped, inputGradient, weightsGradient);
    }

    private record Tensors(Tensor input, Tensor weights, Tensor bias, Tensor output, Tensor clamped,
            Tensor outputGradient, Tensor inputGradient, Tensor weightsGradient) {}

    private void compute(ConvolutionGeometry geometry, int batch, WeightShape shape, Tensors t) {
        MemorySegment forward = ordered(t.weights, shape, WeightOrder.OUTPUT_PANELS);
        run(ImageProducts.forward(geometry, batch, Activation.IDENTITY), t.input, t.output, forward);
        ImageProducts relu = ImageProducts.forward(geometry, batch, Activation.RELU);
        relu.useBias(memory(), at(t.bias));
        run(relu, t.input, t.clamped, forward);
        run(ImageProducts.inputGradient(geometry, batch), t.outputGradient, t.inputGradient, ordered(t.weights, shape,
                geometry.isWholeImage() ? WeightOrder.IMAGE_PANELS : WeightOrder.INPUT_PANELS));
        WeightGradientProducts products = new WeightGradientProducts(geometry, batch);
        MemorySegment all = withScratch(products.scratchBytes());
        OrderedWeights order = new OrderedWeights(shape, WeightOrder.OUTPUT_PANELS);
        MemorySegment gradient = poisoned(order.bytes());
        products.run(all, at(t.input), at(t.outputGradient), memory().byteSize(), gradient, 0);
        new WeightCopy(order, new OrderedWeights(shape, WeightOrder.PLAIN)).run(gradient, 0, memory(),
                at(t.weightsGradient));
        assertPadded(gradient, shape);
    }

    /** Returns a copy of all tensors with poisoned scratch memory behind them. */
    private MemorySegment withScratch(long bytes) {
        MemorySegment all = poisoned(memory().byteSize() + bytes);
        MemorySegment.copy(memory(), 0, all, 0, memory().byteSize());
        return all;
    }

    private void run(ImageProducts products, Tensor from, Tensor to, MemorySegment weights) {
        MemorySegment all = withScratch(products.scratchBytes());
        products.run(all, at(from), at(to), memory().byteSize(), weights, 0);
        MemorySegment.copy(all, 0, memory(), 0, memory().byteSize());
    }

    /** Asserts that the padding of the gradient's columns is zero, since the optimizer reads it. */
    private static void assertPadded(MemorySegment gradient, WeightShape shape) {
        long zeros = 0;
        for (long i = 0; i < gradient.byteSize(); i += Float.BYTES) {
            float value = gradient.get(JAVA_FLOAT, i);
            assertFalse(Float.isNaN(value), "byte " + i + " was not written");
            zeros += value == 0 ? 1 : 0;
        }
        assertTrue(zeros >= gradient.byteSize() / Float.BYTES - shape.elements(), "zeros pad the gradient");
    }

    @ParameterizedTest
    @CsvSource({"1,1,1,1", "3,4,20,50", "64,1,50,10", "5,3,7,33", "33,1,1300,65", "7,2,70,300"})
    void shouldAgreeOnLinearLayers(int batch, int side, int channels, int outputs) {
        Tensor input = side == 1
                ? activation("input", batch, channels)
                : activation("input", batch, side, side,
                        channels);
        int inputs = Math.toIntExact(input.shape().elementsPerExample());
        Tensor weights = tensor("weights", Role.PARAMETER, Shape.of(outputs, inputs));
        Tensor bias = tensor("bias", Role.PARAMETER, Shape.of(outputs));
        Tensor output = activation("output", batch, outputs);
        Tensor clamped = activation("clamped", batch, outputs);
        Tensor outputGradient = activation("outputGradient", batch, outputs);
        Tensor inputGradient = tensor("inputGradient", Role.ACTIVATION, input.shape());
        Tensor weightsGradient = tensor("weightsGradient", Role.GRADIENT, weights.shape());
        reference(batch,
                new LinearOp.Forward(input, weights, Optional.empty(), Activation.IDENTITY, output),
                new LinearOp.Forward(input, weights, Optional.of(bias), Activation.RELU, clamped),
                new LinearOp.BackwardData(outputGradient, weights, inputGradient),
                new LinearOp.BackwardWeights(input, outputGradient, weightsGradient, Optional.empty()));
        compute(ConvolutionGeometry.linear(input.shape(), outputs), batch,
                WeightShape.linear(input.shape(), outputs), new Tensors(input, weights, bias, output, clamped,
                        outputGradient, inputGradient, weightsGradient));
        assertAgrees(inputs + outputs + batch, output, clamped, inputGradient, weightsGradient);
    }

    /** Sums have one order, whatever the JIT has made of the loops. */
    @ParameterizedTest
    @CsvSource({"64,64,3", "16,24,3", "130,40,1"})
    void shouldRepeatItsBits(int inputs, int outputs, int kernel) {
        ConvolutionSpec spec = new ConvolutionSpec(inputs, outputs, kernel, 1, kernel / 2, 1, 1);
        Tensor input = activation("input", 4, 9, 9, inputs);
        Tensor weights = tensor("weights", Role.PARAMETER, spec.weightsShape());
        Tensor output = tensor("output", Role.ACTIVATION, spec.outputShape(input.shape()));
        reference(4, new ConvolutionOp.Forward(spec, input, weights, Optional.empty(), Activation.IDENTITY, output));
        MemorySegment panels = ordered(weights, WeightShape.of(spec), WeightOrder.OUTPUT_PANELS);
        ConvolutionGeometry geometry = ConvolutionGeometry.of(spec, input.shape());
        ImageProducts products = ImageProducts.forward(geometry, 4, Activation.IDENTITY);
        run(products, input, output, panels);
        float[] first = read(output);
        Agreement.assertAgree("output", expected(output), first, (long) inputs * kernel * kernel, DType.F32);
        for (int i = 0; i < 50; i++) {
            run(products, input, output, panels);
        }
        assertArrayEquals(first, read(output));
    }
}
