package dev.lethe.kernels;

/** An offer of a backend, which {@link Backends} finds through {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** Returns the name that {@code --backend} chooses it by. */
    String name();

    /** Returns the rank: {@code auto} chooses the available provider with the highest one. */
    int rank();

    /** Tells whether the backend can run on this machine, and if not, why. Cheap after the first call; never throws. */
    Availability availability();

    /**
     * Opens the backend.
     *
     * @param threads number of workers, at least 1
     */
    Backend open(int threads);

    /** The verdict on a backend. */
    sealed interface Availability {
        /**
         * The verdict that the backend can run.
         *
         * @param details version and instruction set, for users
         */
        record Available(String details) implements Availability {}

        /**
         * The verdict that the backend cannot run.
         *
         * @param reason thing that is missing
         * @param remedy advice to the user
         */
        record Unavailable(String reason, String remedy) implements Availability {}
    }
}
