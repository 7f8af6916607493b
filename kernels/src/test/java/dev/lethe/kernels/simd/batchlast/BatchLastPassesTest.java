package dev.lethe.kernels.simd.batchlast;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.Agreement;
import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.simd.BatchBlock;
import dev.lethe.kernels.simd.ConvolutionGeometry;
import dev.lethe.kernels.simd.Floats;
import dev.lethe.kernels.simd.PassTest;
import dev.lethe.kernels.simd.product.OrderedWeights;
import dev.lethe.kernels.simd.product.WeightCopy;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.simd.product.WeightShape;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The passes of a small network with examples in the lanes, for batches that do not fill a block. */
class BatchLastPassesTest extends PassTest {
    private final Map<Tensor, Long> blockPlaces = new LinkedHashMap<>();
    private MemorySegment blocks;

    /** Places activations in blocks: transposed inputs, with zeros in lanes without an example. */
    private void place(Tensor... activations) {
        long bytes = 0;
        blockPlaces.clear();
        for (Tensor tensor : activations) {
            blockPlaces.put(tensor, bytes);
            bytes += BatchBlock.bytes(tensor.shape().elementsPerExample(), tensor.shape().dim(0));
        }
        blocks = poisoned(bytes);
    }

    private long inBlocks(Tensor tensor) {
        return blockPlaces.get(tensor);
    }

    private static long offset(Tensor tensor, int example, int element) {
        return ((long) example / BatchBlock.EXAMPLES * tensor.shape().elementsPerExample() + element)
                * BatchBlock.ELEMENT + example % BatchBlock.EXAMPLES * Floats.BYTES;
    }

    private void turn(Tensor... inputs) {
        for (Tensor tensor : inputs) {
            float[] values = read(tensor);
            int elements = Math.toIntExact(tensor.shape().elementsPerExample());
            blocks.asSlice(inBlocks(tensor), BatchBlock.bytes(elements, tensor.shape().dim(0))).fill((byte) 0);
            for (int i = 0; i < values.length; i++) {
                blocks.set(JAVA_FLOAT, inBlocks(tensor) + offset(tensor, i / elements, i % elements), values[i]);
            }
        }
    }

    private void assertBlocks(long terms, Tensor... outputs) {
        for (Tensor tensor : outputs) {
            float[] values = new float[Math.toIntExact(tensor.shape().elements())];
            int elements = Math.toIntExact(tensor.shape().elementsPerExample());
            for (int i = 0; i < values.length; i++) {
                values[i] = blocks.get(JAVA_FLOAT, inBlocks(tensor) + offset(tensor, i / elements, i % elements));
            }
            Agreement.assertAgree(tensor.name(), expected(tensor), values, terms, DType.F32, Math.sqrt(terms));
        }
    }

    static Stream<Arguments> convolutions() {
        return Stream.of( // batch, height, width, spec
                Arguments.of(1, 1, 1, ConvolutionSpec.valid(1, 1, 1)),
                Arguments.of(3, 9, 8, ConvolutionSpec.valid(1, 10, 5)),
                Arguments.of(33, 6, 6, ConvolutionSpec.valid(10, 20, 5)),
                Arguments.of(5, 7, 5, new ConvolutionSpec(3, 17, 3, 1, 1, 1, 1)),
                Arguments.of(2, 9, 9, new ConvolutionSpec(16, 6, 3, 2, 1, 1, 1)),
                Arguments.of(3, 11, 8, new ConvolutionSpec(4, 6, 3, 1, 2, 2, 1)),
                Arguments.of(4, 3, 2, new ConvolutionSpec(3, 2, 3, 1, 5, 5, 1)),
                Arguments.of(2, 8, 8, new ConvolutionSpec(7, 5, 1, 3, 0, 1, 1)));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void shouldConvolve(int batch, int height, int width, ConvolutionSpec spec) {
        Tensor x = activation("input", batch, height, width, spec.inputChannels());
        Tensor y = tensor("output", Role.ACTIVATION, spec.outputShape(x.shape()));
        Tensor w = tensor("weights", Role.PARAMETER, spec.weightsShape());
        Tensor b = tensor("bias", Role.PARAMETER, Shape.of(spec.outputChannels()));
        Tensor dy = tensor("outputGradient", Role.ACTIVATION, y.shape());
        Tensor dx = tensor("inputGradient", Role.ACTIVATION, x.shape());
        Tensor dw = tensor("weightsGradient", Role.GRADIENT, w.shape());
        Tensor db = tensor("biasGradient", Role.GRADIENT, b.shape());
        reference(batch, new ConvolutionOp.Forward(spec, x, w, Optional.of(b), Activation.RELU, y),
                new ConvolutionOp.BackwardData(spec, dy, w, dx),
                new ConvolutionOp.BackwardWeights(spec, x, dy, dw, Optional.of(db)));
        compute(ConvolutionGeometry.of(spec, x.shape()), WeightShape.of(spec), batch, x, y, w, b, dy, dx, dw, db);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1,1", "3,4,20,50", "64,1,50,10", "5,3,7,33"})
    void shouldComputeLinearLayers(int batch, int side, int channels, int outputs) {
        Tensor x = side == 1 ? activation("input", batch, channels) : activation("input", batch, side, side, channels);
        Tensor y = activation("output", batch, outputs);
        Tensor w = tensor("weights", Role.PARAMETER,
                Shape.of(outputs, Math.toIntExact(x.shape().elementsPerExample())));
        Tensor b = tensor("bias", Role.PARAMETER, Shape.of(outputs));
        Tensor dy = activation("outputGradient", batch, outputs);
        Tensor dx = tensor("inputGradient", Role.ACTIVATION, x.shape());
        Tensor dw = tensor("weightsGradient", Role.GRADIENT, w.shape());
        Tensor db = tensor("biasGradient", Role.GRADIENT, b.shape());
        reference(batch, new LinearOp.Forward(x, w, Optional.of(b), Activation.RELU, y),
                new LinearOp.BackwardData(dy, w, dx), new LinearOp.BackwardWeights(x, dy, dw, Optional.of(db)));
        compute(ConvolutionGeometry.linear(x.shape(), outputs), WeightShape.linear(x.shape(), outputs), batch, x, y, w,
                b, dy, dx, dw, db);
    }

    private void compute(ConvolutionGeometry geometry, WeightShape shape, int batch, Tensor x, Tensor y, Tensor w,
            Tensor b, Tensor dy, Tensor dx, Tensor dw, Tensor db) {
        place(x, y, dy, dx);
        turn(x, dy);
        BatchLastConvolution pass = new BatchLastConvolution(geometry, BatchBlock.count(batch));
        pass.forward(blocks, inBlocks(x), inBlocks(y), ordered(w, shape, WeightOrder.OUTPUTS_LAST), 0, memory(), at(b),
                true);
        pass.backwardData(blocks, inBlocks(dy), inBlocks(dx), ordered(w, shape, WeightOrder.INPUTS_LAST), 0);
        OrderedWeights made = new OrderedWeights(shape, WeightOrder.OUTPUTS_LAST);
        MemorySegment gradient = poisoned(made.bytes());
        pass.backwardWeights(blocks, inBlocks(x), inBlocks(dy), gradient, 0);
        pass.backwardBias(blocks, inBlocks(dy), memory(), at(db));
        new WeightCopy(made, new OrderedWeights(shape, WeightOrder.PLAIN)).run(gradient, 0, memory(), at(dw));
        long terms = (long) geometry.taps() * Math.max(geometry.inputs(), geometry.outputs())
                + (long) batch * geometry.outputHeight() * geometry.outputWidth();
        assertBlocks(terms, y, dx);
        assertAgrees(terms, dw, db);
    }

    private MemorySegment ordered(Tensor weights, WeightShape shape, WeightOrder order) {
        OrderedWeights to = new OrderedWeights(shape, order);
        MemorySegment made = poisoned(to.bytes());
        new WeightCopy(new OrderedWeights(shape, WeightOrder.PLAIN), to).run(memory(), at(weights), made, 0);
        return made;
    }

    @ParameterizedTest
    @CsvSource({"1,4,1,2,2,0", "33,8,10,2,2,0", "2,7,5,2,2,0", "5,9,3,3,3,0", "2,7,3,3,2,1", "3,8,4,2,1,0"})
    void shouldPool(int batch, int side, int channels, int window, int stride, int padding) {
        PoolSpec spec = new PoolSpec(window, stride, padding);
        for (Activation activation : Activation.values()) {
            Tensor x = activation("input", batch, side, side, channels);
            Tensor y = tensor("output", Role.ACTIVATION, spec.outputShape(x.shape()));
            Tensor dy = tensor("outputGradient", Role.ACTIVATION, y.shape());
            Tensor dx = tensor("inputGradient", Role.ACTIVATION, x.shape());
            float[] values = new float[Math.toIntExact(x.shape().elements())];
            Random random = new Random(side);
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt(-3, 4); // many ties
            }
            reference(new OpRunner(batch, new PoolOp.MaxForward(spec, x, activation, y),
                    new PoolOp.MaxBackward(spec, x, y, activation, dy, dx)).input(x, values).randomInputs(1), 0);
            place(x, y, dy, dx);
            turn(x, dy);
            BatchLastPool pass = new BatchLastPool(spec, x.shape(), activation);
            pass.forward(blocks, inBlocks(x), inBlocks(y), BatchBlock.count(batch));
            pass.backward(blocks, inBlocks(x), inBlocks(y), inBlocks(dy), inBlocks(dx), BatchBlock.count(batch));
            assertBlocks(spec.area(), y, dx);
        }
    }
}
