package dev.lethe.tracker;

import java.io.IOException;

/**
 * A history file that cannot be used as asked: truncated, altered, unreadable, foreign, of a newer format, of another
 * run, or held by another tracker. The message names the file and what is wrong with it. The file itself was left as it
 * is.
 */
public final class HistoryException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param history
     *            the file, or what stands for one
     * @param problem
     *            what is wrong and what to do, with {@code name=value}
     */
    HistoryException(String history, String problem) {
        this(history, problem, null);
    }

    HistoryException(String history, String problem, Exception cause) {
        super("history=" + history + ": " + problem, cause);
    }
}
