package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.op.ConvolutionChoice;

/** A library of convolutions for a device, which closes it. */
interface DeviceConvolutions extends AutoCloseable {
    /** Name and version, for people. */
    String name();

    /**
     * Decides how a convolution is computed; the same on the same machine.
     *
     * @param choice whether the library's own guess is taken, or the fastest as measured; and whether floats may be
     *        rounded for tensor cores
     * @throws IllegalArgumentException when the library cannot compute it
     */
    Prepared prepare(ConvolutionProblem problem, ConvolutionChoice choice);

    /** Gives back what the library holds; the device has done all work. */
    @Override
    void close();

    /** A convolution that is ready to be given memory. */
    interface Prepared {
        /** Scratch memory that a call needs. */
        long workspaceBytes();

        /** The call on these addresses, of images, filters and results or of their gradients. */
        DeviceCall on(long images, long filters, long results, long workspace);
    }
}
