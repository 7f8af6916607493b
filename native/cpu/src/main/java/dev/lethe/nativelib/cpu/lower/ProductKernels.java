package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.nativelib.cpu.memory.LayoutFactory;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WeightLayout;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerOp;

/** The kernels of one program that multiply matrices. Closing it frees them. */
public interface ProductKernels extends LayoutFactory, AutoCloseable {
    /** A stretch of code in which one thread describes and makes kernels. */
    interface Making extends AutoCloseable {
        @Override
        void close();
    }

    /** Begins to make kernels, which belong to the program; temporary objects are freed when the result is closed. */
    Making making();

    /**
     * Lowers a convolution, a linear layer or a max pooling of activations that are channels last.
     *
     * @throws IllegalArgumentException for other operations
     */
    LoweredOp lower(Op op, ParameterMemory parameters, BatchSlice slice);

    /**
     * Makes the products at the points of a Winograd convolution.
     *
     * @param tiles tiles of the convolution
     * @param group number of tiles that are multiplied at once
     */
    WinogradProducts forwardProducts(WinogradTiles tiles, int group);

    /**
     * Makes the products at the points of the gradient of a Winograd convolution's weights.
     *
     * @param tiles tiles of the convolution
     * @param group number of tiles that are multiplied at once
     */
    WinogradProducts gradientProducts(WinogradTiles tiles, int group);

    /** Makes the copy of a parameter from one layout into another, which a worker runs. */
    WorkerOp copy(WeightLayout from, ParameterMemory.Place source, WeightLayout to, ParameterMemory.Place target,
            int worker);

    /** Copies a parameter from one layout into another. */
    void copyNow(WeightLayout from, ParameterMemory.Place source, WeightLayout to, ParameterMemory.Place target);

    @Override
    void close();
}
