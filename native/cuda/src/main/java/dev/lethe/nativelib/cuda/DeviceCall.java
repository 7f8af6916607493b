package dev.lethe.nativelib.cuda;

/** A call of work for a device, which does one call after the other. */
@FunctionalInterface
interface DeviceCall {
    /** Hands the work to the device and does not wait for it. */
    void enqueue();

    /** Returns the kind of work, such as the kernel's name, by which a profile adds up calls. */
    default String kind() {
        return "other";
    }

    /** Returns the bytes of the tensors that it reads and writes, each counted once; 0 if they are too few to count. */
    default long bytes() {
        return 0;
    }

    /** Returns the number of floating-point operations of matrix products, a multiplication and an addition as two. */
    default long operations() {
        return 0;
    }
}
