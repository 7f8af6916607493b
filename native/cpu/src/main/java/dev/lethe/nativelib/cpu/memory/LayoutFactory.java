package dev.lethe.nativelib.cpu.memory;

import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.simd.product.WeightShape;

/** The layouts of weights that the kernels of a program use. */
public interface LayoutFactory {
    /** Returns the layout of weights in one of the orders that Lethe's own passes read. */
    WeightLayout ordered(WeightShape shape, WeightOrder order);

    /**
     * Returns the layout in which the kernel of a convolution or a linear layer reads the weights, or writes their
     * gradient.
     *
     * @param examples number of examples of a worker's slice
     */
    WeightLayout preferred(Op op, int examples);

    /** Returns the layout that callers see. */
    default WeightLayout plain(WeightShape shape) {
        return ordered(shape, WeightOrder.PLAIN);
    }
}
