package dev.lethe.kernels;

/**
 * A backend failed while it worked, as a GPU does that is lost: its programs cannot be used any more, nor may closing
 * them succeed. The message names the call and what it said.
 */
public class BackendFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BackendFailedException(String message) {
        super(message);
    }

    public BackendFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
