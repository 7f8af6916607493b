package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.Backend;

/** The GPU backend on a device that the host stands in for, see {@link HostDevice}. */
public final class HostCudaBackend {
    private HostCudaBackend() {}

    /** Tells whether there is a compiler for the kernels. */
    public static boolean available() {
        return HostDevice.available();
    }

    /** Opens it; closing fails where memory was not given back. */
    public static Backend open() {
        return new CudaBackend(new HostDevice());
    }

    /** Returns the same on a device with no memory to spare for images. */
    public static Backend openWithoutRoomForImages() {
        return new CudaBackend(new HostDevice(), HostDevice.FREE_MEMORY);
    }
}
