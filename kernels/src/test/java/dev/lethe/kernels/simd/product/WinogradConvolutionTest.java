package dev.lethe.kernels.simd.product;

import dev.lethe.kernels.Agreement;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.simd.PassTest;
import dev.lethe.kernels.simd.Panels;
import dev.lethe.kernels.simd.winograd.PointMatrices;
import dev.lethe.kernels.simd.winograd.WinogradInput;
import dev.lethe.kernels.simd.winograd.WinogradOutput;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.kernels.simd.winograd.WinogradWeights;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole of Winograd's convolution: transforms of images and weights, products at the points, and the transform
 * back.
 */
class WinogradConvolutionTest extends PassTest {
    /** The factor of the larger tiles' rounding errors over those of direct sums: decisions/0009. */
    private static final double ERRORS = 20;

    private WinogradTiles tiles;
    private PointMatrices inputs;
    private PointMatrices weights;
    private int count; // of all tiles
    private MemorySegment all; // the tensors, then what is computed between
    private long between;

    @ParameterizedTest
    @CsvSource({"2,1,1,1,1,1,1", "4,1,1,1,1,1,1", "2,2,5,7,3,5,1", "4,2,5,7,3,5,1", "4,3,8,8,70,33,1",
            "2,3,6,9,33,70,0",
            "4,1,13,6,16,64,2", "4,2,9,9,130,20,1"})
    void shouldAgreeWithTheReference(int m, int batch, int height, int width, int channels, int outputChannels,
            int padding) {
        ConvolutionSpec spec = new ConvolutionSpec(channels, outputChannels, 3, 1, padding, 1, 1);
        Tensor input = activation("input", batch, height, width, channels);
        Tensor kernels = tensor("weights", Role.PARAMETER, spec.weightsShape());
        Tensor bias = tensor("bias", Role.PARAMETER, Shape.of(outputChannels));
        Tensor output = tensor("output", Role.ACTIVATION, spec.outputShape(input.shape()));
        Tensor outputGradient = tensor("outputGradient", Role.ACTIVATION, output.shape());
        Tensor inputGradient = tensor("inputGradient", Role.ACTIVATION, input.shape());
        Tensor weightsGradient = tensor("weightsGradient", Role.GRADIENT, kernels.shape());
        reference(batch,
                new ConvolutionOp.Forward(spec, input, kernels, Optional.of(bias), Activation.RELU, output),
                new ConvolutionOp.BackwardData(spec, outputGradient, kernels, inputGradient),
                new ConvolutionOp.BackwardWeights(spec, input, outputGradient, weightsGradient, Optional.empty()));
        WinogradTiles forward = WinogradTiles.of(m, spec, input.shape());
        convolve(forward, batch, input, kernels, WeightOrder.OUTPUTS_LAST, Optional.of(bias), output);
        convolve(forward.ofInputGradient(), batch, outputGradient, kernels, WeightOrder.INPUTS_LAST, Optional.empty(),
                inputGradient);
        gradient(forward, batch, input, outputGradient, kernels, weightsGradient);
        long terms = 9L * Math.max(channels, outputChannels) + output.shape().elements() / outputChannels;
        for (Tensor tensor : new Tensor[]{output, inputGradient, weightsGradient}) {
            Agreement.assertAgree(tensor.name(), expected(tensor), read(tensor), terms, DType.F32,
                    ERRORS * Math.sqrt(terms));
        }
        assertGapsUntouched();
    }

    private long place(long bytes) {
        long at = between;
        between += (bytes + 63) / 64 * 64;
        return at;
    }

    private void begin(WinogradTiles of, int batch) {
        tiles = of;
        count = batch * tiles.perImage();
        inputs = new PointMatrices(tiles.points(), Panels.rowMajor(count, Panels.padded(tiles.inputChannels())));
        weights = new PointMatrices(tiles.points(),
                Panels.of(Panels.padded(tiles.inputChannels()), Panels.padded(tiles.outputChannels())));
        between = memory().byteSize();
        all = poisoned(memory().byteSize() + 2 * inputs.bytes() + 2 * weights.bytes() + (1 << 20)
                + 2L * count * tiles.points() * Panels.padded(tiles.outputChannels()) * Float.BYTES);
        MemorySegment.copy(memory(), 0, all, 0, memory().byteSize());
    }

    private void convolve(WinogradTiles of, int batch, Tensor from, Tensor kernels, WeightOrder order,
            Optional<Tensor> bias, Tensor to) {
        begin(of, batch);
        PointMatrices outputs = new PointMatrices(tiles.points(),
                Panels.rowMajor(count, Panels.padded(tiles.outputChannels())));
        MemorySegment plain = ordered(kernels, order);
        boolean turned = order == WeightOrder.INPUTS_LAST;
        WinogradWeights transform = new WinogradWeights(tiles.m(), tiles.inputChannels(), tiles.outputChannels(), all,
                place(WinogradWeights.scratchBytes(tiles.m())), weights);
        long weightPoints = place(weights.bytes());
        transform.run(plain, 0, turned, 0, tiles.inputChannels(), all, weightPoints);
        transform.clearPadding(all, weightPoints);
        WinogradInput in = WinogradInput.ofInput(tiles, all,
                place(WinogradInput.scratchBytes(tiles.m(), tiles.inputChannels())), inputs);
        WinogradOutput out = new WinogradOutput(tiles, bias.isPresent(),
                bias.isPresent() ? Activation.RELU : Activation.IDENTITY, all,
                place(WinogradOutput.scratchBytes(tiles.m())), outputs.plane());
        bias.ifPresent(tensor -> out.useBias(all, at(tensor)));
        long inputPoints = place(inputs.bytes());
        long outputPoints = place(outputs.bytes());
        in.clearScratch();
        in.run(at(from), 0, count, inputPoints);
        new PointProducts(inputs, outputs, weights).forward(all, inputPoints, outputPoints, all, weightPoints);
        out.run(outputPoints, 0, count, at(to));
        MemorySegment.copy(all, 0, memory(), 0, memory().byteSize());
    }

    /** Computes the gradient in two halves, the second added to the first. */
    private void gradient(WinogradTiles of, int batch, Tensor input, Tensor outputGradient, Tensor kernels, Tensor to) {
        begin(of, batch);
        int half = (count + 1) / 2;
        PointMatrices left = new PointMatrices(tiles.points(),
                Panels.rowMajor(half, Panels.padded(tiles.inputChannels())));
        PointMatrices right = new PointMatrices(tiles.points(),
                Panels.of(half, Panels.padded(tiles.outputChannels())));
        WinogradInput in = WinogradInput.ofInput(tiles, all,
                place(WinogradInput.scratchBytes(tiles.m(), tiles.inputChannels())), left);
        WinogradInput gradients = WinogradInput.ofOutputGradient(tiles, all,
                place(WinogradInput.scratchBytes(tiles.m(), tiles.outputChannels())), right);
        WinogradWeights transform = new WinogradWeights(tiles.m(), tiles.inputChannels(), tiles.outputChannels(), all,
                place(WinogradWeights.scratchBytes(tiles.m())), weights);
        long inputPoints = place(left.bytes());
        long outputPoints = place(right.bytes());
        long sums = place(weights.bytes());
        PointProducts products = new PointProducts(left, right, weights);
        in.clearScratch();
        gradients.clearScratch();
        for (int first = 0; first < count; first += half) {
            in.clear(inputPoints);
            gradients.clear(outputPoints);
            in.run(at(input), first, Math.min(half, count - first), inputPoints);
            gradients.run(at(outputGradient), first, Math.min(half, count - first), outputPoints);
            products.gradient(all, inputPoints, outputPoints, sums, first > 0);
        }
        WeightShape shape = new WeightShape(kernels.shape().dims());
        OrderedWeights made = new OrderedWeights(shape, WeightOrder.OUTPUTS_LAST);
        MemorySegment gradient = poisoned(made.bytes());
        transform.gradient(all, sums, 0, tiles.inputChannels(), gradient, 0);
        new WeightCopy(made, new OrderedWeights(shape, WeightOrder.PLAIN)).run(gradient, 0, memory(), at(to));
    }

    private MemorySegment ordered(Tensor kernels, WeightOrder order) {
        WeightShape shape = new WeightShape(kernels.shape().dims());
        OrderedWeights to = new OrderedWeights(shape, order);
        MemorySegment made = poisoned(to.bytes());
        new WeightCopy(new OrderedWeights(shape, WeightOrder.PLAIN), to).run(memory(), at(kernels), made, 0);
        return made;
    }
}
