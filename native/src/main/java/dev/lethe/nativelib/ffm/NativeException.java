package dev.lethe.nativelib.ffm;

import dev.lethe.kernels.BackendFailedException;

/** A native call failed; the message names the call and what it returned. */
public final class NativeException extends BackendFailedException {
    private static final long serialVersionUID = 1L;

    public NativeException(String message) {
        super(message);
    }

    public NativeException(String message, Throwable cause) {
        super(message, cause);
    }
}
