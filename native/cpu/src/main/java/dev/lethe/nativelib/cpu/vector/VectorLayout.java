package dev.lethe.nativelib.cpu.vector;

import dev.lethe.kernels.simd.product.OrderedWeights;
import dev.lethe.nativelib.cpu.memory.WeightLayout;

/** A layout of weights that Vector API kernels read. */
record VectorLayout(OrderedWeights weights) implements WeightLayout {
    @Override
    public long bytes() {
        return weights.bytes();
    }

    /** Returns the order of a layout that these kernels made. */
    static OrderedWeights of(WeightLayout layout) {
        return ((VectorLayout) layout).weights;
    }
}
