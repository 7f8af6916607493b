package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.Backend;

/** The GPU backend with the host as its device, which watches each call, see {@link GuardedDevice}. */
public final class HostCudaBackend {
    private HostCudaBackend() {}

    /** Tells whether there is a compiler for the kernels. */
    public static boolean available() {
        return HostDevice.available();
    }

    /** Opens the backend; closing fails if memory was not freed. */
    public static Backend open() {
        return new GuardedHost(new GuardedDevice(GuardedDevice.NAN));
    }

    /** Opens the backend on a device with no memory to spare for images. */
    public static Backend openWithoutRoomForImages() {
        return new GuardedHost(new GuardedDevice(GuardedDevice.NAN), HostDevice.FREE_MEMORY);
    }
}
