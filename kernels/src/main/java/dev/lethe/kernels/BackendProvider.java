package dev.lethe.kernels;

/** Offers a backend to {@link Backends}; found through {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** As in {@code --backend}. */
    String name();

    /** Of the available providers the one with the highest rank is chosen. */
    int rank();

    /** Whether the backend can run here; cheap after the first call, never throws. */
    Availability availability();

    /**
     * Opens the backend.
     *
     * @param threads workers, at least 1
     */
    Backend open(int threads);

    /** The verdict on a backend. */
    sealed interface Availability {
        /**
         * It can run.
         *
         * @param details version and instruction set, for people
         */
        record Available(String details) implements Availability {}

        /**
         * It cannot run.
         *
         * @param reason what is missing
         * @param remedy what to do about it
         */
        record Unavailable(String reason, String remedy) implements Availability {}
    }
}
