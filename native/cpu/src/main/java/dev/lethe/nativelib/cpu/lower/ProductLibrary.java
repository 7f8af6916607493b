package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.tensor.DType;
import java.util.Set;

/**
 * A library of kernels for products of matrices: convolutions, linear layers, the products of Winograd's convolution,
 * and copies of weights from one layout into another.
 */
public interface ProductLibrary extends AutoCloseable {
    /** Returns the name and version of the library, for users and for the names of timings. */
    String version();

    /** Returns the owner of the kernels in the genitive: "oneDNN's". */
    String owner();

    /** Returns the instructions that its kernels use on this processor. */
    String instructionSet();

    /** Returns the types of activations that its kernels multiply at full speed. */
    Set<DType> activationTypes();

    /** Prepares the calling thread to make and run kernels. */
    void prepareThread();

    /**
     * Returns kernels for one program.
     *
     * @param workers number of workers that will run them
     */
    ProductKernels kernels(int workers);

    @Override
    void close();
}
