package dev.lethe.nativelib.cuda;

/** A recording of calls that a device does at once. */
interface Recording extends AutoCloseable {
    /** Hands all calls to the device and does not wait for them. */
    void run();

    @Override
    void close();
}
