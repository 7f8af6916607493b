package dev.lethe.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.Agreement;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
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

/** The convolution for every specification, and sums of gradients for biases. */
class PlainConvolutionPassTest extends PassTest {
    static Stream<Arguments> convolutions() {
        return Stream.of(DType.F32, DType.BF16).flatMap(type -> Stream.of( // batch, height, width, spec
                Arguments.of(type, 1, 1, 1, new ConvolutionSpec(32, 3, 3, 2, 1, 1, 1)),
                Arguments.of(type, 3, 6, 5, new ConvolutionSpec(5, 17, 3, 1, 1, 1, 1)),
                Arguments.of(type, 2, 9, 7, new ConvolutionSpec(4, 33, 3, 2, 2, 2, 1)),
                Arguments.of(type, 2, 6, 6, new ConvolutionSpec(8, 36, 2, 1, 0, 1, 2)),
                Arguments.of(type, 1, 7, 7, new ConvolutionSpec(6, 6, 3, 2, 1, 1, 6)),
                Arguments.of(type, 2, 3, 4, new ConvolutionSpec(3, 2, 3, 1, 5, 5, 1))));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void shouldAgreeWithTheReference(DType type, int batch, int height, int width, ConvolutionSpec spec) {
        Tensor x = activation("input", type, batch, height, width, spec.inputChannels());
        Shape out = spec.outputShape(x.shape());
        Tensor w = tensor("weights", Role.PARAMETER, spec.weightsShape());
        Tensor b = tensor("bias", Role.PARAMETER, Shape.of(spec.outputChannels()));
        Tensor y = new Tensor("output", Role.ACTIVATION, type, out);
        Tensor dy = new Tensor("outputGradient", Role.ACTIVATION, type, out);
        Tensor dx = new Tensor("inputGradient", Role.ACTIVATION, type, x.shape());
        Tensor dw = tensor("weightsGradient", Role.GRADIENT, w.shape());
        reference(batch, new ConvolutionOp.Forward(spec, x, w, Optional.of(b), Activation.IDENTITY, y),
                new ConvolutionOp.BackwardData(spec, dy, w, dx),
                new ConvolutionOp.BackwardWeights(spec, x, dy, dw, Optional.empty()));
        PlainConvolutionPass pass = new PlainConvolutionPass(spec, x.shape(), type);
        MemorySegment weights = outputsLast(spec, w);
        MemorySegment gradient = poisoned(weights.byteSize());
        pass.forward(memory(), at(x), at(y), batch, weights, 0, memory(), at(b));
        pass.backwardData(memory(), at(dy), at(dx), batch, weights, 0);
        pass.backwardWeights(memory(), at(x), at(dy), batch, gradient, 0);
        long terms = (long) spec.kernel() * spec.kernel() * Math.max(spec.inputChannels(), spec.outputChannels())
                + out.elements() / spec.outputChannels();
        assertAgrees(terms, y, dx);
        Agreement.assertAgree("weightsGradient", expected(dw), plain(spec, gradient), terms, type, Math.sqrt(terms));
    }

    /** Returns the place of each weight in the order (row, column, input, output). */
    private static long place(ConvolutionSpec spec, int weight) {
        int taps = spec.kernel() * spec.kernel();
        int inputs = spec.inputChannels() / spec.groups();
        int tap = weight % taps;
        int input = weight / taps % inputs;
        int output = weight / taps / inputs;
        return (((long) tap * inputs + input) * spec.outputChannels() + output) * Float.BYTES;
    }

    private MemorySegment outputsLast(ConvolutionSpec spec, Tensor weights) {
        float[] values = read(weights);
        MemorySegment to = poisoned(weights.bytes());
        for (int i = 0; i < values.length; i++) {
            to.set(JAVA_FLOAT, place(spec, i), values[i]);
        }
        return to;
    }

    private static float[] plain(ConvolutionSpec spec, MemorySegment gradient) {
        float[] values = new float[Math.toIntExact(gradient.byteSize() / Float.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = gradient.get(JAVA_FLOAT, place(spec, i));
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"F32,1,1,1", "F32,3,5,24", "F32,5,9,7", "F32,4,8,64", "F32,2,31,10", "BF16,3,5,24", "BF16,5,9,7"})
    void shouldSumGradientsOfBiases(DType type, int batch, int side, int channels) {
        Tensor dy = activation("outputGradient", type, batch, side, side, channels);
        Tensor db = tensor("biasGradient", Role.GRADIENT, Shape.of(channels));
        reference(batch, new ConvolutionOp.BackwardBias(dy, db));
        BiasGradientPass pass = new BiasGradientPass(channels, type);
        for (int run = 0; run < 2; run++) { // the second must not begin where the first ended
            pass.run(memory(), at(dy), (long) batch * side * side, memory(), at(db));
            assertAgrees((long) batch * side * side, db);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "3,64", "8,1000", "1,63"})
    void shouldClearBytesAndNoMore(long at, long bytes) {
        MemorySegment memory = poisoned(at + bytes + 8);
        NativeMemory.clear(memory, at, bytes);
        for (long i = 0; i < memory.byteSize(); i++) {
            byte expected = i >= at && i < at + bytes ? 0 : (byte) -1;
            assertEquals(expected, memory.get(JAVA_BYTE, i), "byte " + i);
        }
    }
}
