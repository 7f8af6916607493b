package dev.lethe.pack;

/** Exception for a pack that cannot be made; its message has the reason and the remedy. */
final class PackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PackException(String message) {
        super(message);
    }

    PackException(String message, Throwable cause) {
        super(message, cause);
    }
}
