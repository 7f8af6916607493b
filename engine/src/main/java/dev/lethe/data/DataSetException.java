package dev.lethe.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

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
        return new DataSetException(what + " cannot be read: " + reason(cause), cause);
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ -> "it does not exist, or is a link to nothing";
            case AccessDeniedException _ -> "this user may not";
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }
}
