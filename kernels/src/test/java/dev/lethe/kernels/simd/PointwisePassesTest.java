package dev.lethe.kernels.simd;

import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Dropout;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Passes over one element after the other, and means over the pixels of an image. */
class PointwisePassesTest extends PassTest {
    @ParameterizedTest
    @CsvSource({"F32,1,1", "F32,3,17", "F32,4,64", "F32,5,101", "BF16,1,1", "BF16,3,17", "BF16,4,64"})
    void shouldComputeElementByElement(DType type, int rows, int columns) {
        Tensor x = activation("input", type, rows, columns);
        Tensor other = activation("other", type, rows, columns);
        Tensor dy = activation("outputGradient", type, rows, columns);
        Tensor relu = activation("relu", type, rows, columns);
        Tensor reluGradient = activation("reluGradient", type, rows, columns);
        Tensor sum = activation("sum", type, rows, columns);
        Tensor mean = activation("mean", type, rows, columns);
        Tensor scaled = activation("scaled", type, rows, columns);
        reference(rows, new PointwiseOp.ReluForward(x, relu), new PointwiseOp.ReluBackward(relu, dy, reluGradient),
                new PointwiseOp.Add(x, other, sum), new PointwiseOp.Mean(x, other, mean),
                new PointwiseOp.Scale(x, 1 / 9f, scaled));
        long count = (long) rows * columns;
        ReluPass.forward(type, memory(), at(x), at(relu), count);
        ReluPass.backward(type, memory(), at(relu), at(dy), at(reluGradient), count);
        PixelPass.add(type, memory(), at(x), at(other), at(sum), count);
        PixelPass.mean(type, memory(), at(x), at(other), at(mean), count);
        PixelPass.scale(type, type, memory(), at(x), 1 / 9f, at(scaled), count);
        assertAgrees(1, relu, reluGradient, sum, mean, scaled);
        ReluPass.forward(type, memory(), at(relu), at(relu), count); // in place, and again: nothing changes
        assertAgrees(1, relu);
    }

    @ParameterizedTest
    @CsvSource({"F32,F32,1,1", "F32,F32,5,17", "F32,F32,8,40", "BF16,BF16,5,17", "BF16,F32,5,17", "BF16,F32,4,64"})
    void shouldTakeMeansOfImagesAndSpreadThem(DType type, DType ofMeans, int side, int channels) {
        Tensor x = activation("input", type, 3, side, side, channels);
        Tensor means = activation("means", ofMeans, 3, channels);
        Tensor gradient = activation("gradient", ofMeans, 3, channels);
        Tensor dx = activation("inputGradient", type, 3, side, side, channels);
        reference(3, new PoolOp.GlobalAverageForward(x, means), new PoolOp.GlobalAverageBackward(gradient, dx));
        PixelPass.means(type, ofMeans, memory(), at(x), at(means), 3, side * side, channels);
        PixelPass.spread(type, ofMeans, memory(), at(gradient), at(dx), 3, side * side, channels);
        assertAgrees((long) side * side, means, dx);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "BF16"})
    void shouldDropTheSameElementsAsTheReference(DType type) {
        for (float probability : new float[]{0, 0.3f, 0.9f}) {
            int elements = 77;
            Tensor order = new Tensor("order", Role.DATA, DType.S32, Shape.of(4));
            Tensor epoch = new Tensor("epoch", Role.DATA, DType.S32, Shape.of(1));
            Tensor x = activation("input", type, 4, elements);
            Tensor y = activation("output", type, 4, elements);
            Dropout dropout = new Dropout(probability, 11, 3);
            int[] examples = {8, 1, 2_000_000_000, 1};
            reference(new OpRunner(4, new PointwiseOp.Drop(dropout, order, epoch, x, y)).bindInts(order, examples)
                    .bindInts(epoch, 6).randomInputs(1), 0);
            long example = (long) elements * type.bytes();
            for (int n = 0; n < examples.length; n++) {
                DropoutPass.run(dropout, dropout.key(6, examples[n]), type, memory(), at(x) + n * example,
                        at(y) + n * example, elements);
            }
            assertAgrees(1, y);
        }
    }
}
