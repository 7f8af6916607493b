package dev.lethe.nativelib;

/** A native call failed; the message names the call and what it returned. */
public final class NativeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NativeException(String message) {
        super(message);
    }

    public NativeException(String message, Throwable cause) {
        super(message, cause);
    }
}
