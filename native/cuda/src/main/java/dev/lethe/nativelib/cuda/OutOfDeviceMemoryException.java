package dev.lethe.nativelib.cuda;

/**
 * The refusal of an allocation that a device has too little memory for; the message says how much is needed and free,
 * and what to do.
 */
final class OutOfDeviceMemoryException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    OutOfDeviceMemoryException(String message) {
        super(message);
    }
}
