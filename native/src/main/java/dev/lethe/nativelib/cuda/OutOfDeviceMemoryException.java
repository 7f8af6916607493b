package dev.lethe.nativelib.cuda;

/** A device has not so much memory left; the message says how much is needed and free, and what to do. */
final class OutOfDeviceMemoryException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    OutOfDeviceMemoryException(String message) {
        super(message);
    }
}
