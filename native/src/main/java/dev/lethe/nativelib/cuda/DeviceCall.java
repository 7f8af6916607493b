package dev.lethe.nativelib.cuda;

/** A call of work for a device, which does one call after the other. */
@FunctionalInterface
interface DeviceCall {
    /** Hands the work to the device and does not wait for it. */
    void enqueue();
}
