package dev.lethe.tracker;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The failure to use a history file as asked: it is truncated, altered, unreadable, foreign, of a newer format, of
 * another run, or held by another tracker. The message names the file and its fault. The file was left unchanged.
 */
public final class HistoryException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param history
     *            the file, or the name of a history without one
     * @param problem
     *            the fault and its remedy, with {@code name=value}
     */
    HistoryException(String history, String problem) {
        this(history, problem, null);
    }

    HistoryException(String history, String problem, @Nullable Exception cause) {
        super("history=" + history + ": " + problem, cause);
    }
}
