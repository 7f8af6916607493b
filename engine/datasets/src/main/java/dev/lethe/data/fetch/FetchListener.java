package dev.lethe.data.fetch;

import java.net.URI;

/** Observer of downloads, called by the thread that fetches. */
@FunctionalInterface
public interface FetchListener {
    /** Listener that ignores everything. */
    FetchListener NONE = (_, _, _) -> _ -> {};

    /**
     * Is told that a download begins or continues.
     *
     * @param file name of the file
     * @param from address of the file
     * @param bytes size of the file
     * @return observer of this download
     */
    FileListener started(String file, URI from, long bytes);

    /** Observer of one download. */
    @FunctionalInterface
    interface FileListener extends AutoCloseable {
        /**
         * Is told that bytes have arrived.
         *
         * @param bytes number of bytes of the file that are there
         */
        void arrived(long bytes);

        @Override
        default void close() {}
    }
}
