package dev.lethe.data;

import dev.lethe.io.FileProblem;
import java.io.IOException;

/** A data set cannot be read or used; the message names the file and what is wrong with it. */
public final class DataSetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataSetException(String message) {
        super(message);
    }

    public DataSetException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Something cannot be read.
     *
     * @param what with its path: the platform often says nothing but the path itself
     */
    static DataSetException unreadable(String what, IOException cause) {
        return new DataSetException(what + " cannot be read: " + FileProblem.reason(cause), cause);
    }
}
