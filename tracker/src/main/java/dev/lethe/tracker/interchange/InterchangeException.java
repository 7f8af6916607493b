package dev.lethe.tracker.interchange;

import dev.lethe.tracker.io.FileBytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The failure to use a file of another tool as asked: it is truncated, altered, unreadable, of another format, or of
 * another data set. The message names the file, the place in it, and its fault.
 */
public final class InterchangeException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_SHOWN = 60;

    /**
     * Makes an exception without a cause.
     *
     * @param file
     *            the file, and the place in it
     * @param problem
     *            the fault and its remedy, with {@code name=value}
     */
    InterchangeException(String file, String problem) {
        super("file=" + file + ": " + problem);
    }

    InterchangeException(String file, String problem, @Nullable Exception cause) {
        super("file=" + file + ": " + problem, cause);
    }

    /** Returns a maker of exceptions of a file that cannot be read. */
    static FileBytes.Failure of(String file) {
        return (problem, cause) -> new InterchangeException(file, problem, cause);
    }

    /** Returns a value of a file as a message can show it: shortened, and on one line. */
    static String shown(String value) {
        String shortened = value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
        return shortened.replaceAll("\\p{Cntrl}", "?");
    }
}
