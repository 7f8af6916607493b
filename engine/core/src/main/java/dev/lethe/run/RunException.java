package dev.lethe.run;

/** The failure to train a run or to write results; the message names the value and the remedy. */
public final class RunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception whose message names the value and the remedy. */
    public RunException(String message) {
        super(message);
    }

    /** Makes such an exception with its cause. */
    public RunException(String message, Throwable cause) {
        super(message, cause);
    }
}
