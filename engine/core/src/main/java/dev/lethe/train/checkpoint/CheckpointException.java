package dev.lethe.train.checkpoint;

import dev.lethe.tracker.io.FileBytes;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Exception for a checkpoint or tensor file that cannot be used: truncated, altered, unreadable, of another format, or
 * of another run. Its message names the file, the place in it and the problem.
 */
public final class CheckpointException extends IOException {
    private static final long serialVersionUID = 1L;
    /** End of a message about a damaged checkpoint, which tells nobody to delete anything that may be whole. */
    static final String REMEDY = "; put a copy of the checkpoint back, or move it away to train from the start";
    private static final int LONGEST_SHOWN = 80;

    /**
     * Makes the exception of a file and a problem.
     *
     * @param file file or folder
     * @param problem problem and remedy, with {@code name=value}
     */
    CheckpointException(String file, String problem) {
        super(file + ": " + problem);
    }

    CheckpointException(String message, Exception cause) {
        super(message, cause);
    }

    CheckpointException(String file, String problem, @Nullable Exception cause) {
        super(file + ": " + problem, cause);
    }

    /** Makes exceptions of a file that cannot be read. */
    static FileBytes.Failure of(Path file) {
        return (problem, cause) -> new CheckpointException(file.toString(), problem, cause);
    }

    /** Returns a value of a file as a message can show it: shortened, and on one line. */
    static String shown(Object value) {
        String text = value.toString().isEmpty() ? "nothing" : value.toString(); // where JSON has no such field
        String shortened = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
        return shortened.replaceAll("[\\p{Cntrl}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    }
}
