package dev.lethe.kernels;

/**
 * The failure of a backend at work, such as the loss of a GPU: its programs cannot be used any more, and closing them
 * may fail too. The message names the call and its error.
 */
public class BackendFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes a failure with a message that names the call and its error. */
    public BackendFailedException(String message) {
        super(message);
    }

    /** Makes a failure with a message that names the call, and its cause. */
    public BackendFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
