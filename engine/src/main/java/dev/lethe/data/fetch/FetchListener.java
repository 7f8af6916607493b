package dev.lethe.data.fetch;

import java.net.URI;

/** Is told how downloads go, from the thread that fetches. */
@FunctionalInterface
public interface FetchListener {
    /** Hears nothing. */
    FetchListener NONE = (_, _, _) -> _ -> {};

    /**
     * A download begins or goes on.
     *
     * @param file its name
     * @param from where it comes from
     * @param bytes its size
     */
    FileListener started(String file, URI from, long bytes);

    /** Watches one download. */
    @FunctionalInterface
    interface FileListener extends AutoCloseable {
        /**
         * Some of it has arrived.
         *
         * @param bytes how much of the file is there
         */
        void arrived(long bytes);

        @Override
        default void close() {}
    }
}
