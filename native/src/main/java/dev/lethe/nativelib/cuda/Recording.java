package dev.lethe.nativelib.cuda;

/** Calls that a device can be asked for at once. */
interface Recording extends AutoCloseable {
    /** Hands all of it to the device and does not wait for it. */
    void run();

    @Override
    void close();
}
