package dev.lethe.kernels;

/** The refusal of a backend that does not exist or cannot run on this machine; the message says why and what to do. */
public final class BackendUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes a refusal with a message that says why, and what to do. */
    public BackendUnavailableException(String message) {
        super(message);
    }
}
