package dev.lethe.nativelib.ffm;

import dev.lethe.kernels.BackendFailedException;

/** The failure of a native call; the message names the call and its result. */
public final class NativeException extends BackendFailedException {
    private static final long serialVersionUID = 1L;

    /** Makes a failure with a message that names the call and its result. */
    public NativeException(String message) {
        super(message);
    }

    /** Makes a failure with a message that names the call, and its cause. */
    public NativeException(String message, Throwable cause) {
        super(message, cause);
    }
}
