package dev.lethe.data;

import dev.lethe.io.FileProblem;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Exception for a data set that cannot be read or used; its message names the file and the problem. */
public final class DataSetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception whose message names the data, the problem and the remedy. */
    public DataSetException(String message) {
        super(message);
    }

    /** Makes such an exception with its cause. */
    public DataSetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Makes the exception for a file or folder that cannot be read.
     *
     * @param what kind and path of the file: the platform's message is often the path alone
     */
    static DataSetException unreadable(String what, IOException cause) {
        return new DataSetException(what + " cannot be read: " + FileProblem.reason(cause), cause);
    }
}
