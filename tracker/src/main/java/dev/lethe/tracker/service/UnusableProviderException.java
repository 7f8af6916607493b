package dev.lethe.tracker.service;

/** Exception for a provider of a service that cannot be used; its message names the provider and the remedy. */
public final class UnusableProviderException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public UnusableProviderException(String message) {
        super(message);
    }

    UnusableProviderException(String message, Throwable cause) {
        super(message, cause);
    }
}
