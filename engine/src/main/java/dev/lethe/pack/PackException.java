package dev.lethe.pack;

/** A pack cannot be made; the message says why and what to do. */
public final class PackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PackException(String message) {
        super(message);
    }

    PackException(String message, Throwable cause) {
        super(message, cause);
    }
}
