package dev.lethe.nativelib.cpu.vector;

import dev.lethe.kernels.simd.Panels;
import dev.lethe.kernels.simd.product.PointProducts;
import dev.lethe.kernels.simd.winograd.PointMatrices;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.nativelib.cpu.lower.WinogradProducts;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.WorkerOp;

/**
 * The products of Winograd's convolution by the micro-kernel, with the right factor of each product in panels.
 *
 * @param gradient whether these are the products of the gradient of weights
 * @param inputs (tile, padded input channel)
 * @param outputs (tile, padded output channel)
 * @param weights (padded input channel, padded output channel)
 */
record VectorWinogradProducts(boolean gradient, PointMatrices inputs, PointMatrices outputs,
        PointMatrices weights) implements WinogradProducts {
    static VectorWinogradProducts forward(WinogradTiles tiles, int group) {
        return of(false, tiles, Panels.rowMajor(group, Panels.padded(tiles.outputChannels())));
    }

    static VectorWinogradProducts gradient(WinogradTiles tiles, int group) {
        return of(true, tiles, Panels.of(group, Panels.padded(tiles.outputChannels())));
    }

    private static VectorWinogradProducts of(boolean gradient, WinogradTiles tiles, Panels outputs) {
        int inputs = Panels.padded(tiles.inputChannels());
        return new VectorWinogradProducts(gradient,
                new PointMatrices(tiles.points(), Panels.rowMajor(outputs.rows(), inputs)),
                new PointMatrices(tiles.points(), outputs),
                new PointMatrices(tiles.points(), Panels.of(inputs, outputs.columns())));
    }

    @Override
    public WorkerOp multiply(WorkerPlan plan, ParameterMemory.Place input, ParameterMemory.Place output,
            ParameterMemory.Place weight, boolean added) {
        PointProducts products = new PointProducts(inputs, outputs, weights);
        return gradient
                ? (_, _) -> products.gradient(plan.memory(), input.offset(), output.offset(), weight.offset(), added)
                : (_, _) -> products.forward(plan.memory(), input.offset(), output.offset(), weight.block(),
                        weight.offset());
    }
}
