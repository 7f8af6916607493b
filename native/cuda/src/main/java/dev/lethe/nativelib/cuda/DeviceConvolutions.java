package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.op.ConvolutionChoice;

/** A library of convolutions for a device, which owns it. */
interface DeviceConvolutions extends AutoCloseable {
    /** Returns the name and version for users. */
    String name();

    /**
     * Chooses the way to compute a convolution, the same one on every call on a machine.
     *
     * @param choice choice of the library's own guess or the fastest as measured, and of rounding floats for tensor
     *        cores
     * @throws IllegalArgumentException if the library cannot compute it
     */
    Prepared prepare(ConvolutionProblem problem, ConvolutionChoice choice);

    /** Frees the library's resources; the device has done all work. */
    @Override
    void close();

    /** A convolution for which a way is chosen, without addresses. */
    interface Prepared {
        /** Returns the bytes of scratch memory that a call needs. */
        long workspaceBytes();

        /** Returns the call on addresses of images, filters and results, or of their gradients. */
        DeviceCall on(long images, long filters, long results, long workspace);
    }
}
