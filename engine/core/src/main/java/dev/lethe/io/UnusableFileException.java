package dev.lethe.io;

/** The failure to read a file, or to find in it what it should hold; the message names the file and the remedy. */
public final class UnusableFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes a failure of a file whose content is wrong. */
    public UnusableFileException(String message) {
        super(message);
    }

    /** Makes a failure of a file that could not be read. */
    public UnusableFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
